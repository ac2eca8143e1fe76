package dev.xception.bench;

/** How requests are offered. */
public sealed interface Load {

    /** Callers that each send the next request when the last is answered. */
    record Closed(int concurrency) implements Load {

        public Closed {
            if (concurrency < 1) {
                throw new IllegalArgumentException("concurrency must be at least 1, not " + concurrency);
            }
        }

        @Override
        public String toString() {
            return "closed, " + concurrency + " at a time";
        }
    }

    /**
     * Requests at even intervals, whether or not earlier ones are answered.
     *
     * @param rate requests per second
     * @param maxInFlight where this many are unanswered, the next wait; their latency counts from when they were due
     */
    record Open(double rate, int maxInFlight) implements Load {

        public static final int MAX_IN_FLIGHT = 1024;

        public Open {
            if (!(rate > 0) || rate > 1e6) {
                throw new IllegalArgumentException("a rate must be above 0 and at most a million, not " + rate);
            }
            if (maxInFlight < 1) {
                throw new IllegalArgumentException("at least 1 request must be in flight, not " + maxInFlight);
            }
        }

        @Override
        public String toString() {
            return String.format(java.util.Locale.ROOT, "open, %.1f/s", rate);
        }
    }
}
