package dev.xception.batch;

/**
 * How fast the sessions answer: exponentially weighted means of the time per input and per batch, over the
 * successful batches, of which the last twenty or so count. Not thread-safe.
 */
final class ServiceRate {

    private static final double WEIGHT_OF_NEWEST = 0.1;

    private boolean measured;
    private double nanosPerInput;
    private double nanosPerBatch;

    /**
     * @param sessions how many run such batches at the same time
     */
    void batchFinished(int batchSize, long runNanos, int sessions) {
        double weight = measured ? WEIGHT_OF_NEWEST : 1;
        nanosPerInput += weight * ((double) runNanos / batchSize / sessions - nanosPerInput);
        nanosPerBatch += weight * (runNanos - nanosPerBatch);
        measured = true;
    }

    /** Time in which all sessions together do this many inputs; zero before the first batch. */
    long nanosFor(int inputs) {
        return (long) (inputs * nanosPerInput);
    }

    /** Time until a newcomer is answered that has this many inputs before it; zero before the first batch. */
    long nanosBehind(int inputs) {
        return (long) (inputs * nanosPerInput + nanosPerBatch);
    }
}
