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

    /** Inputs per second with all sessions busy; 0 before the first batch. */
    double inputsPerSecond() {
        return nanosPerInput == 0 ? 0 : sessions * 1e9 / nanosPerInput;
    }

    /** Time to answer this many inputs; zero before the first batch. */
    Duration timeFor(int inputs) {
        return Duration.ofNanos((long) (inputs * nanosPerInput / sessions));
    }
}
