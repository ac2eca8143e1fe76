package dev.xception.batch;

import java.time.Duration;

/** What follows from a rough estimate of how long a request would wait. */
public final class WaitEstimate {

    /** Covers the spread of the times, which an estimate does not know. */
    private static final double LATENESS_MARGIN = 1.15;

    private WaitEstimate() {}

    /** Whether a request with this much time would probably be late. */
    public static boolean isTooLong(long estimatedNanos, long timeNanos) {
        return timeNanos < LATENESS_MARGIN * estimatedNanos;
    }

    /** As HTTP's Retry-After wants it: rounded up to whole seconds, at least one. */
    public static Duration retryAfter(long estimatedNanos) {
        return Duration.ofSeconds(Math.max(1, Math.ceilDiv(estimatedNanos, 1_000_000_000)));
    }
}
