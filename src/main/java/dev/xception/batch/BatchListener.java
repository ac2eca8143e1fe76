package dev.xception.batch;

/**
 * Told what happens in a {@link DynamicBatcher}, for metrics. Called without any lock held, on the thread of the caller
 * (request events) or of the session (batch events), from several threads at once; it should return quickly. Whatever
 * it throws is logged and otherwise ignored.
 */
public interface BatchListener {

    /** Listens to nothing. */
    BatchListener NONE = new BatchListener() {};

    /** A request ended in {@link BatchException.QueueFull} or {@link BatchException.Closed}; it never waited. */
    default void rejected(BatchException reason) {}

    /** A request ended in {@link BatchException.DeadlinePassed}. */
    default void expired() {}

    /** A request ended because its caller was interrupted, or in {@link BatchException.CallerGone}. */
    default void cancelled() {}

    /** A batch is about to run; {@code queueNanos} holds the waiting time of each of its requests, oldest first. */
    default void batchFormed(long[] queueNanos) {}

    /** A run has given a result for each of {@code batchSize} inputs. Their callers are answered after this call. */
    default void runFinished(int batchSize, long runNanos) {}

    /** A run has failed. Its callers are answered after this call. */
    default void runFailed(int batchSize, long runNanos, Throwable cause) {}
}
