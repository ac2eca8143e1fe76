package dev.xception.batch;

import java.util.function.BooleanSupplier;

/** A request whose input is ready: it takes its place and is queued at once. */
public final class Submission {

    private Submission() {}

    /** Blocks until the input has been answered; a refused one was never the batcher's. */
    public static <I, O> Answer<O> submit(DynamicBatcher<I, O> batcher, I input, long deadlineNanos)
            throws BatchException, InterruptedException {
        return submit(batcher, input, deadlineNanos, () -> false);
    }

    /** The same for a caller that may go away. */
    static <I, O> Answer<O> submit(
            DynamicBatcher<I, O> batcher, I input, long deadlineNanos, BooleanSupplier callerGone)
            throws BatchException, InterruptedException {
        try (DynamicBatcher<I, O>.Place place = batcher.reserve(deadlineNanos)) {
            return place.submit(input, callerGone);
        }
    }
}
