package dev.xception.batch;

import java.time.Duration;

/**
 * How requests become batches.
 *
 * @param maxBatchSize most inputs in one run
 * @param maxQueueDelay how long a free session lets the oldest request wait for company, if its deadline allows that; zero:
 *     not at all, a batch is whatever waits when a session is free
 * @param queueCapacity most requests that wait; those in a run do not count
 */
public record BatchPolicy(int maxBatchSize, Duration maxQueueDelay, int queueCapacity) {

    /** Of a delay. */
    public static final Duration LONGEST_DELAY = Duration.ofMinutes(1);

    public BatchPolicy {
        if (maxBatchSize < 1) {
            throw new IllegalArgumentException("max batch size must be at least 1, not " + maxBatchSize);
        }
        if (maxQueueDelay.isNegative() || maxQueueDelay.compareTo(LONGEST_DELAY) > 0) {
            throw new IllegalArgumentException("max queue delay must be from 0 to 1 minute, not " + maxQueueDelay);
        }
        if (queueCapacity < maxBatchSize) {
            throw new IllegalArgumentException("queue capacity must be at least the max batch size (%d), not %d"
                    .formatted(maxBatchSize, queueCapacity));
        }
    }
}
