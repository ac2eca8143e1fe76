package dev.xception.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A batcher with one gated session and a manual clock, and the callers that a test has started. */
final class BatcherFixture implements AutoCloseable {

    static final Duration HOUR = Duration.ofHours(1);
    static final Duration MILLI = Duration.ofMillis(1);

    final ManualClock clock = new ManualClock();
    final GatedSession session = new GatedSession();
    final Queue<String> released = new ConcurrentLinkedQueue<>();
    final DynamicBatcher<String, String> batcher;
    private final List<Caller> callers = new ArrayList<>();

    BatcherFixture(BatchPolicy policy) {
        this(policy, BatchListener.NONE);
    }

    BatcherFixture(BatchPolicy policy, BatchListener listener) {
        batcher =
                new DynamicBatcher<>("test", new Sessions<>(List.of(session)), policy, released::add, listener, clock);
    }

    /** Starts a caller whose deadline comes after this time. */
    Caller start(String input, Duration time) {
        return start(input, time, () -> false);
    }

    private Caller start(String input, Duration time, BooleanSupplier callerGone) {
        long deadlineNanos = clock.in(time);
        Caller caller = new Caller(() -> Submission.submit(batcher, input, deadlineNanos, callerGone));
        callers.add(caller);
        return caller;
    }

    /** Starts a caller and returns when it waits for its answer. */
    Caller submit(String input, Duration time) {
        Caller caller = start(input, time);
        caller.awaitAccepted();
        return caller;
    }

    /** Starts a caller with an hour of time that may go away, and returns when it waits for its answer. */
    Caller submit(String input, BooleanSupplier callerGone) {
        Caller caller = start(input, HOUR, callerGone);
        caller.awaitAccepted();
        return caller;
    }

    /** Starts callers one after the other, with an hour of time each. */
    List<Caller> submitAll(String... inputs) {
        return Stream.of(inputs).map(input -> submit(input, HOUR)).toList();
    }

    /** Keeps the session busy with a batch of one, so that what is submitted next has to wait. */
    Caller occupySession() throws InterruptedException {
        Caller first = submit("first", HOUR);
        session.awaitRun();
        return first;
    }

    /** Ends what {@link #occupySession} began, after it has taken this time. */
    void freeSession(Duration runTime) {
        clock.advance(runTime);
        session.finish(List.of("first"));
    }

    void freeSession() {
        freeSession(Duration.ZERO);
    }

    /** Also frees whatever a failed test has left waiting. */
    @Override
    public void close() {
        callers.forEach(Caller::interrupt);
        session.abandon();
        batcher.close();
    }
}
