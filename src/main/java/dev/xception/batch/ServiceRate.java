package dev.xception.batch;

import java.time.Duration;

/**
 * How fast the sessions answer: an exponentially weighted mean of the run time per input over successful batches. The
 * last ten or so batches count. Not thread-safe.
 */
final class ServiceRate {

    private static final double WEIGHT_OF_NEWEST = 0.2;

    private final int sessions;
    private double nanosPerInput;

    ServiceRate(int sessions) {
        this.sessions = sessions;
    }

    void batchFinished(int batchSize, long runNanos) {
        double newest = (double) runNanos / batchSize;
        nanosPerInput = nanosPerInput == 0 ? newest : nanosPerInput + WEIGHT_OF_NEWEST * (newest - nanosPerInput);
    }

    /** Time in which all sessions together answer this many inputs; zero before the first batch. */
    Duration timeFor(int inputs) {
        return Duration.ofNanos((long) (inputs * nanosPerInput / sessions));
    }
}
