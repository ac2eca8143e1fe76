package dev.xception.batch;

import java.util.List;

/**
 * Runs one batch: what a model session does. Called by one thread only, the owner thread that the batcher keeps for it.
 */
@FunctionalInterface
public interface BatchFunction<I, O> {

    /**
     * Answers a batch of at least one input.
     *
     * @return one result per input, in the order of the inputs; a wrong count or a null result fails the whole batch
     * @throws Exception fails the whole batch: each of its callers gets {@link BatchException.RunFailed}
     */
    List<O> run(List<I> batch) throws Exception;
}
