package dev.xception.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers concurrent requests into batches: one bounded first-in-first-out queue, and one owner thread per session that
 * takes what waits, up to the max batch size, whenever it is free and it is its turn ({@link Sessions}). What it takes is run,
 * released and answered, in this order; functions, listeners and {@code release} are called without a lock held.
 *
 * <p>{@code release} is called exactly once for every submitted input, whatever its outcome, as soon as no run can read
 * it any more. After a deadline or an interrupt that may be after {@link Place#submit} has ended, so only there may an
 * input's memory be reused or freed.
 */
public final class DynamicBatcher<I, O> implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DynamicBatcher.class);

    private final RequestQueue<I, O> queue;
    private final Consumer<? super I> release;
    private final BatchListener listener;
    private final LongSupplier clock;
    private final List<Thread> owners;

    /**
     * Starts one owner thread per session.
     *
     * @param name for the names of the threads
     * @param release told of every submitted input once it is no longer in use; must not throw
     * @param clock nanoseconds from an arbitrary origin, as {@link System#nanoTime}
     */
    public DynamicBatcher(
            String name,
            Sessions<I, O> sessions,
            BatchPolicy policy,
            Consumer<? super I> release,
            BatchListener listener,
            LongSupplier clock) {
        this.queue = new RequestQueue<>(policy, new Turns(sessions, policy.queueCapacity()), clock);
        this.release = release;
        this.listener = listener;
        this.clock = clock;
        Thread.Builder builder =
                Thread.ofPlatform().name("batch-" + name + "-", 0).daemon();
        this.owners = new ArrayList<>();
        sessions.beside().forEach(session -> owners.add(builder.unstarted(() -> serve(Turns.Kind.BESIDE, session))));
        BatchFunction<I, O> alone = sessions.alone();
        if (alone != null) {
            owners.add(builder.unstarted(() -> serve(Turns.Kind.ALONE, alone)));
        }
        owners.forEach(Thread::start);
    }

    /**
     * Takes a place in the queue for an input that is still to be prepared. It counts as one that waits, so that no input
     * is prepared that the queue would refuse.
     *
     * @param deadlineNanos of the request, on the batcher's clock
     * @throws BatchException {@link BatchException.QueueFull} or {@link BatchException.Closed}, at once
     */
    public Place reserve(long deadlineNanos) throws BatchException {
        refusing(() -> queue.reserve(deadlineNanos));
        return new Place(deadlineNanos);
    }

    /**
     * Refuses what {@link #reserve} would refuse at this moment.
     *
     * @throws BatchException {@link BatchException.QueueFull} or {@link BatchException.Closed}
     */
    public void requireRoom(long deadlineNanos) throws BatchException {
        refusing(() -> queue.requireRoom(deadlineNanos));
    }

    private interface Question {
        void ask() throws BatchException;
    }

    private void refusing(Question question) throws BatchException {
        try {
            question.ask();
        } catch (BatchException refusal) {
            tell(to -> to.rejected(refusal));
            throw refusal;
        }
    }

    /** A place in the queue, for one input; of one thread at a time. Closing it gives it back if it was not used. */
    public final class Place implements AutoCloseable {

        private final long reservedNanos = clock.getAsLong();
        private final long deadlineNanos;
        private boolean ended;

        private Place(long deadlineNanos) {
            this.deadlineNanos = deadlineNanos;
        }

        /**
         * Queues the input and blocks until it has been answered, at the latest at the deadline. The input belongs to the
         * batcher from here on until it is released, also if it gets no answer.
         *
         * @param callerGone whether nobody waits for the answer any more: asked by a session right before the input would be
         *     run, and after that, while this thread waits here and cannot go on; it must return at once
         * @throws BatchException why there is no answer
         * @throws InterruptedException if the caller was interrupted before there was an answer; if the input was still
         *     waiting it will not be run
         */
        public Answer<O> submit(I input, BooleanSupplier callerGone) throws BatchException, InterruptedException {
            if (ended) {
                throw new IllegalStateException("a place is for one input");
            }
            ended = true;
            PendingRequest<I, O> request = queue.request(input, reservedNanos, deadlineNanos, callerGone);
            try {
                return queue.queueAndAwait(request);
            } catch (BatchException.Closed refusal) {
                tell(to -> to.rejected(refusal));
                throw refusal;
            } catch (BatchException.DeadlinePassed e) {
                tell(BatchListener::expired);
                throw e;
            } catch (BatchException.CallerGone | InterruptedException e) {
                tell(BatchListener::cancelled);
                throw e;
            } finally {
                // Settled: a request that has left the queue untaken cannot be taken any more.
                if (!request.taken()) {
                    release(request);
                }
            }
        }

        /** Gives it back because nobody waits for the answer any more. */
        public void abandon() {
            queue.callerLeft(reservedNanos);
            close();
        }

        @Override
        public void close() {
            if (!ended) {
                ended = true;
                queue.giveBack();
            }
        }
    }

    /** Life of an owner thread: until the batcher is closed and nothing waits. */
    private void serve(Turns.Kind kind, BatchFunction<I, O> session) {
        for (var batch = queue.nextBatch(kind); !batch.isEmpty(); batch = queue.nextBatch(kind)) {
            run(kind, session, batch);
        }
    }

    private void run(Turns.Kind kind, BatchFunction<I, O> session, List<PendingRequest<I, O>> batch) {
        int size = batch.size();
        tell(to -> to.batchFormed(
                batch.stream().mapToLong(PendingRequest::queueNanos).toArray()));
        long start = clock.getAsLong();
        List<O> outputs;
        try {
            outputs = checked(
                    session.run(batch.stream().map(PendingRequest::input).toList()), size);
        } catch (Throwable cause) {
            // An Error too: whatever the run throws, its callers are answered and the thread goes on.
            long runNanos = clock.getAsLong() - start;
            batch.forEach(this::release);
            // Its callers may have gone, and then nobody else says why.
            log.error("a run of a batch of {} failed: {}", size, cause.toString());
            tell(to -> to.runFailed(size, runNanos, cause));
            queue.fail(kind, batch, cause);
            return;
        }
        long runNanos = clock.getAsLong() - start;
        batch.forEach(this::release);
        tell(to -> to.runFinished(size, runNanos));
        queue.succeed(kind, batch, outputs, runNanos);
    }

    private static <O> List<O> checked(@Nullable List<O> outputs, int batchSize) {
        if (outputs == null) {
            throw new IllegalStateException("run gave null for a batch of " + batchSize);
        }
        if (outputs.size() != batchSize) {
            throw new IllegalStateException(
                    "run gave %d results for a batch of %d".formatted(outputs.size(), batchSize));
        }
        if (outputs.stream().anyMatch(Objects::isNull)) {
            throw new IllegalStateException("run gave a null result in a batch of " + batchSize);
        }
        return List.copyOf(outputs);
    }

    private void release(PendingRequest<I, O> request) {
        try {
            release.accept(request.input());
        } catch (Throwable e) {
            log.error("input was not released", e);
        }
    }

    private void tell(Consumer<BatchListener> event) {
        try {
            event.accept(listener);
        } catch (Throwable e) {
            log.warn("batch listener failed", e);
        }
    }

    /** Most places of the queue. */
    public int queueCapacity() {
        return queue.capacity();
    }

    /** Number of requests that wait now; those in a run do not count. */
    public int queueDepth() {
        return queue.depth();
    }

    /** Number of places of the queue that are taken: by those who wait, and by those whose input is not ready yet. */
    public int placesTaken() {
        return queue.placesTaken();
    }

    /** Number of runs that have failed since the last one that did not. */
    public int failuresInARow() {
        return queue.failuresInARow();
    }

    /** Time until those who have a place now are answered, at the measured service rate; zero before the first batch. */
    public Duration estimatedWait() {
        return queue.estimatedWait();
    }

    /** {@link #estimatedWait} as HTTP's Retry-After wants it: rounded up to whole seconds, at least one. */
    public Duration retryAfter() {
        return queue.retryAfter();
    }

    /**
     * Stops accepting, runs what waits, and returns when the last run has ended: the sessions may be closed after it.
     * Waits to the end even if interrupted. Must not be called by a session's function or the listener.
     */
    @Override
    public void close() {
        queue.close();
        boolean interrupted = false;
        for (Thread owner : owners) {
            interrupted |= joinUninterruptibly(owner);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}
