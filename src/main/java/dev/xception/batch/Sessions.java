package dev.xception.batch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The functions that run batches, each on a thread of its own.
 *
 * @param beside run at the same time as each other
 * @param alone runs when no other does, and then serves few requests sooner than {@code beside}: null where there is none.
 *     With it, each of {@code beside} takes one request at a time, so that no caller waits for another's
 */
public record Sessions<I, O>(
        List<BatchFunction<I, O>> beside, @Nullable BatchFunction<I, O> alone) {

    public Sessions {
        beside = List.copyOf(beside);
        if (beside.isEmpty()) {
            throw new IllegalArgumentException("at least one session is needed");
        }
    }

    /**
     * So many that wait are served beside each other, where there is a session that runs alone for fewer.
     *
     * @param queueCapacity most requests that wait; where it is small for so many sessions, half of it are many
     */
    public static int many(int beside, int queueCapacity) {
        return Math.min(beside, Math.ceilDiv(queueCapacity, 2));
    }

    public Sessions(List<BatchFunction<I, O>> beside) {
        this(beside, null);
    }
}
