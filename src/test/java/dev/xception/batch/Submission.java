package dev.xception.batch;

/** A request whose input is ready: it takes its place and is queued at once. */
public final class Submission {

    private Submission() {}

    /** Blocks until the input has been answered; a refused one was never the batcher's. */
    public static <I, O> Answer<O> submit(DynamicBatcher<I, O> batcher, I input, long deadlineNanos)
            throws BatchException, InterruptedException {
        try (DynamicBatcher<I, O>.Place place = batcher.reserve(deadlineNanos)) {
            return place.submit(input);
        }
    }
}
