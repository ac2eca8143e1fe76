package dev.xception.serving;

import dev.xception.classification.Classifier;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * A model that is loaded and warm: its classifier, and the sessions that run for it.
 *
 * @param retryAfter when it makes sense to ask again while the model is overloaded
 * @param queueDepth pictures that have a place in the queue now: they wait, or are being decoded
 */
public record LoadedModel(
        Classifier classifier,
        ModelSessions sessions,
        int queueCapacity,
        Supplier<Integer> queueDepth,
        Supplier<Duration> retryAfter)
        implements AutoCloseable {

    /** Answers what was accepted, then frees the sessions. */
    @Override
    public void close() {
        classifier.close();
        sessions.close();
    }
}
