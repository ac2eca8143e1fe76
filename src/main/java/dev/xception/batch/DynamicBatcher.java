package dev.xception.batch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers concurrent requests into batches: one bounded first-in-first-out queue, and one owner thread per session that
 * takes what waits, up to the max batch size, whenever it is free.
 *
 * <p>One lock guards the queue and the outcome of every request. A caller waits on its own condition of that lock until
 * an owner thread has set its outcome, or until its deadline, when it sets the outcome itself: so a late or stuck run
 * cannot hold it. Functions, listeners and {@code release} are called without the lock.
 *
 * <p>{@code release} is called exactly once for every submitted input, whatever its outcome, as soon as no run can read
 * it any more. After a deadline or an interrupt that may be after {@link #submit} has ended, so only there may a caller
 * reuse or free the input's memory.
 */
public final class DynamicBatcher<I, O> implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DynamicBatcher.class);

    /** Covers the spread of the run times, which the estimate of a request's time does not know. */
    private static final double LATENESS_MARGIN = 1.15;

    private final BatchPolicy policy;
    private final Consumer<? super I> release;
    private final BatchListener listener;
    private final LongSupplier clock;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final ArrayDeque<PendingRequest<I, O>> queue = new ArrayDeque<>();
    private final ServiceRate rate;
    private int running;
    private boolean closed;

    private final List<Thread> owners;

    /**
     * Starts one owner thread per session.
     *
     * @param name for the names of the threads
     * @param sessions the functions that run batches, each on a thread of its own
     * @param release told of every submitted input once it is no longer in use; must not throw
     * @param clock nanoseconds from an arbitrary origin, as {@link System#nanoTime}
     */
    public DynamicBatcher(
            String name,
            List<? extends BatchFunction<I, O>> sessions,
            BatchPolicy policy,
            Consumer<? super I> release,
            BatchListener listener,
            LongSupplier clock) {
        if (sessions.isEmpty()) {
            throw new IllegalArgumentException("at least one session is needed");
        }
        this.policy = policy;
        this.release = release;
        this.listener = listener;
        this.clock = clock;
        this.rate = new ServiceRate(sessions.size());
        Thread.Builder builder =
                Thread.ofPlatform().name("batch-" + name + "-", 0).daemon();
        this.owners = sessions.stream()
                .map(session -> builder.unstarted(() -> serve(session)))
                .toList();
        owners.forEach(Thread::start);
    }

    /**
     * Queues an input and blocks until it has been answered, at the latest at the deadline. The input belongs to the
     * batcher from here on, refused or not, until it is released.
     *
     * @param deadlineNanos on the batcher's clock
     * @throws BatchException why there is no answer
     * @throws InterruptedException if the caller was interrupted before there was an answer; if the input was still
     *     waiting it will not be run
     */
    public Answer<O> submit(I input, long deadlineNanos) throws BatchException, InterruptedException {
        PendingRequest<I, O> request =
                new PendingRequest<>(input, clock.getAsLong(), deadlineNanos, lock.newCondition());
        try {
            return queueAndAwait(request);
        } catch (BatchException.QueueFull | BatchException.Closed refusal) {
            tell(to -> to.rejected(refusal));
            throw refusal;
        } catch (BatchException.DeadlinePassed e) {
            tell(BatchListener::expired);
            throw e;
        } catch (InterruptedException e) {
            tell(BatchListener::cancelled);
            throw e;
        } finally {
            // Settled: a request that has left the queue untaken cannot be taken any more.
            if (!request.taken()) {
                release(request);
            }
        }
    }

    private Answer<O> queueAndAwait(PendingRequest<I, O> request) throws BatchException, InterruptedException {
        lock.lock();
        try {
            if (closed) {
                throw new BatchException.Closed();
            }
            if (queue.size() >= policy.queueCapacity() || tooLong(request)) {
                throw new BatchException.QueueFull(queue.size(), retryAfter());
            }
            queue.addLast(request);
            work.signal();
            try {
                return request.await(clock);
            } finally {
                if (!request.taken()) {
                    queue.remove(request);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether the queue is so long that this request would be late. Without this check an overloaded server runs what
     * expires meanwhile. Nobody is refused while nobody waits, so a bad estimate mends itself.
     */
    private boolean tooLong(PendingRequest<I, O> request) {
        return !queue.isEmpty()
                && request.timeNanos() < LATENESS_MARGIN * rate.nanosBehind(queue.size() + running);
    }

    /** Life of an owner thread: until the batcher is closed and the queue is empty. */
    private void serve(BatchFunction<I, O> session) {
        for (var batch = nextBatch(); !batch.isEmpty(); batch = nextBatch()) {
            run(session, batch);
        }
    }

    /** Waits for a batch; empty when the batcher is closed and nothing waits. */
    private List<PendingRequest<I, O>> nextBatch() {
        lock.lock();
        try {
            while (true) {
                long now = clock.getAsLong();
                queue.removeIf(request -> request.expire(now));
                if (queue.isEmpty()) {
                    if (closed) {
                        return List.of();
                    }
                    awaitWork(Long.MAX_VALUE);
                } else {
                    long waited = now - queue.getFirst().enqueuedNanos();
                    long left = policy.maxQueueDelay().toNanos() - waited;
                    if (closed || left <= 0 || queue.size() >= policy.maxBatchSize()) {
                        return take(now);
                    }
                    awaitWork(left);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns on a signal, after this time, or for no reason: the caller looks again. */
    @SuppressWarnings("WaitNotInLoop") // the loop is in nextBatch
    private void awaitWork(long nanos) {
        try {
            work.awaitNanos(nanos);
        } catch (InterruptedException e) {
            // Nobody stops an owner thread by interrupting it: that is what close is for.
        }
    }

    private List<PendingRequest<I, O>> take(long now) {
        int size = Math.min(queue.size(), policy.maxBatchSize());
        List<PendingRequest<I, O>> batch = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            PendingRequest<I, O> request = queue.removeFirst();
            request.take(now);
            batch.add(request);
        }
        running += size;
        return batch;
    }

    private void run(BatchFunction<I, O> session, List<PendingRequest<I, O>> batch) {
        int size = batch.size();
        long[] queueNanos = batch.stream().mapToLong(PendingRequest::queueNanos).toArray();
        tell(to -> to.batchFormed(queueNanos));
        long start = clock.getAsLong();
        List<O> outputs;
        try {
            outputs = checked(
                    session.run(batch.stream().map(PendingRequest::input).toList()), size);
        } catch (Throwable cause) {
            // An Error too: whatever the run throws, its callers are answered and the thread goes on.
            long runNanos = clock.getAsLong() - start;
            batch.forEach(this::release);
            tell(to -> to.runFailed(size, runNanos, cause));
            fail(batch, cause);
            return;
        }
        long runNanos = clock.getAsLong() - start;
        batch.forEach(this::release);
        tell(to -> to.runFinished(size, runNanos));
        succeed(batch, outputs, runNanos);
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

    private void succeed(List<PendingRequest<I, O>> batch, List<O> outputs, long runNanos) {
        lock.lock();
        try {
            running -= batch.size();
            rate.batchFinished(batch.size(), runNanos);
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).succeed(outputs.get(i), runNanos, batch.size());
            }
        } finally {
            lock.unlock();
        }
    }

    private void fail(List<PendingRequest<I, O>> batch, Throwable cause) {
        lock.lock();
        try {
            running -= batch.size();
            batch.forEach(request -> request.fail(new BatchException.RunFailed(cause)));
        } finally {
            lock.unlock();
        }
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

    /** Number of requests that wait now; those in a run do not count. */
    public int queueDepth() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    /** Time until what waits now is answered, at the measured service rate; zero before the first batch. */
    public Duration estimatedWait() {
        lock.lock();
        try {
            return Duration.ofNanos(rate.nanosFor(queue.size()));
        } finally {
            lock.unlock();
        }
    }

    /** {@link #estimatedWait} as HTTP's Retry-After wants it: rounded up to whole seconds, at least one. */
    public Duration retryAfter() {
        return Duration.ofSeconds(Math.max(1, Math.ceilDiv(estimatedWait().toNanos(), 1_000_000_000)));
    }

    /**
     * Stops accepting, runs what waits, and returns when the last run has ended: the sessions may be closed after it.
     * Waits to the end even if interrupted. Must not be called by a session's function or the listener.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signalAll();
        } finally {
            lock.unlock();
        }
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
