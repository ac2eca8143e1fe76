package dev.xception.batch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The bounded first-in-first-out queue between callers and sessions, and all that they share: one lock guards it and the
 * outcome of every request.
 *
 * <p>A caller waits on its own condition of that lock until a session's thread has set its outcome, or until its
 * deadline, when it sets the outcome itself: so a late or stuck run cannot hold it.
 */
final class RequestQueue<I, O> {

    private final BatchPolicy policy;
    private final LongSupplier clock;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition workBeside = lock.newCondition();
    private final Condition workAlone = lock.newCondition();
    private final ArrayDeque<PendingRequest<I, O>> waiting = new ArrayDeque<>();
    private final Turns turns;
    private final ServiceRate rate = new ServiceRate();
    private final Patience patience = new Patience();
    private int reserved;
    private int running;
    private int failuresInARow;
    private boolean closed;

    RequestQueue(BatchPolicy policy, Turns turns, LongSupplier clock) {
        this.policy = policy;
        this.turns = turns;
        this.clock = clock;
    }

    PendingRequest<I, O> request(I input, long reservedNanos, long deadlineNanos, BooleanSupplier callerGone) {
        return new PendingRequest<>(
                input, reservedNanos, clock.getAsLong(), deadlineNanos, callerGone, lock.newCondition());
    }

    /** Takes a place for a request that comes later: {@link #queueAndAwait} or {@link #giveBack} ends it. */
    void reserve(long deadlineNanos) throws BatchException {
        lock.lock();
        try {
            requireRoomFor(deadlineNanos - clock.getAsLong());
            reserved++;
        } finally {
            lock.unlock();
        }
    }

    void giveBack() {
        lock.lock();
        try {
            reserved--;
        } finally {
            lock.unlock();
        }
    }

    /** Queues a request in its place and blocks until it is answered; however it ends, it is no longer in the queue then. */
    Answer<O> queueAndAwait(PendingRequest<I, O> request) throws BatchException, InterruptedException {
        lock.lock();
        try {
            reserved--;
            requireOpen();
            waiting.addLast(request);
            wakeNext();
            try {
                return request.await(clock);
            } finally {
                if (!request.taken() && waiting.remove(request)) {
                    wakeNext();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Refuses what would get no place now. */
    void requireRoom(long deadlineNanos) throws BatchException {
        lock.lock();
        try {
            requireRoomFor(deadlineNanos - clock.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() throws BatchException {
        if (closed) {
            throw new BatchException.Closed();
        }
    }

    private void requireRoomFor(long timeNanos) throws BatchException {
        requireOpen();
        if (taken() >= policy.queueCapacity() || tooLongFor(timeNanos)) {
            throw new BatchException.QueueFull(taken(), retryAfter());
        }
    }

    /** By those who wait and by those whose input is not ready yet. */
    private int taken() {
        return waiting.size() + reserved;
    }

    /**
     * Whether the queue is so long that a request with this much time would be late, or its caller gone. Without this check an
     * overloaded server runs what expires meanwhile. Nobody is refused while no place is taken, so a bad estimate mends itself.
     */
    private boolean tooLongFor(long timeNanos) {
        boolean sessionsBusy = taken() >= turns.enough(policy.maxBatchSize());
        long time = sessionsBusy ? Math.min(timeNanos, patience.nanos()) : timeNanos;
        return taken() > 0 && WaitEstimate.isTooLong(rate.nanosBehind(taken() + running), time);
    }

    /** Waits for a batch for a session of this kind; empty when the queue is closed and nothing waits. */
    List<PendingRequest<I, O>> nextBatch(Turns.Kind kind) {
        lock.lock();
        try {
            while (true) {
                long now = clock.getAsLong();
                waiting.removeIf(request -> request.expire(now));
                if (closed && waiting.isEmpty()) {
                    wakeNext();
                    return List.of();
                }
                long left = nanosLeftToGather(now);
                if (left <= 0 && turns.mayTake(kind, waiting.size())) {
                    int size = turns.batchSize(kind, waiting.size(), policy.maxBatchSize());
                    if (abandonAmongFirst(size, now)) {
                        continue;
                    }
                    return take(kind, size, now);
                }
                if (left <= 0) {
                    // It may be the others' turn since the last look.
                    wakeNext();
                }
                awaitWork(kind, left > 0 ? left : Long.MAX_VALUE);
            }
        } finally {
            lock.unlock();
        }
    }

    /** How much longer what waits has to wait for company: not at all if a run after that might end too late for it. */
    private long nanosLeftToGather(long now) {
        if (closed || waiting.isEmpty() || waiting.size() >= turns.mostThatGather(policy.maxBatchSize())) {
            return 0;
        }
        long left = policy.maxQueueDelay().toNanos() - (now - waiting.getFirst().enqueuedNanos());
        if (left <= 0) {
            return 0;
        }
        boolean mayBeLate = waiting.stream()
                .anyMatch(request -> WaitEstimate.isTooLong(rate.nanosBehind(0), request.deadlineNanos() - now - left));
        return mayBeLate ? 0 : left;
    }

    /** Wakes a session that may take what waits; all of them when there is nothing more to come. */
    private void wakeNext() {
        if (closed && waiting.isEmpty()) {
            workBeside.signalAll();
            workAlone.signalAll();
        } else if (turns.mayTake(Turns.Kind.BESIDE, waiting.size())) {
            workBeside.signal();
        } else if (turns.mayTake(Turns.Kind.ALONE, waiting.size())) {
            workAlone.signal();
        }
    }

    /** Returns on a signal, after this time, or for no reason: the caller looks again. */
    @SuppressWarnings("WaitNotInLoop") // the loop is in nextBatch
    private void awaitWork(Turns.Kind kind, long nanos) {
        try {
            (kind == Turns.Kind.BESIDE ? workBeside : workAlone).awaitNanos(nanos);
        } catch (InterruptedException e) {
            // Nobody stops a session's thread by interrupting it: that is what close is for.
        }
    }

    /** Drops those of the next requests whose callers are gone, and says whether there were any. */
    private boolean abandonAmongFirst(int size, long now) {
        List<PendingRequest<I, O>> gone =
                waiting.stream().limit(size).filter(PendingRequest::abandon).toList();
        gone.forEach(request -> learnFromLeaver(now, request.reservedNanos()));
        return waiting.removeAll(gone);
    }

    private void learnFromLeaver(long now, long reservedNanos) {
        patience.callerLeft(now, now - reservedNanos, rate.nanosBehind(0), rate.nanosBehind(policy.queueCapacity()));
    }

    /** Learns from a caller that has left before its input was ready. */
    void callerLeft(long reservedNanos) {
        lock.lock();
        try {
            learnFromLeaver(clock.getAsLong(), reservedNanos);
        } finally {
            lock.unlock();
        }
    }

    private List<PendingRequest<I, O>> take(Turns.Kind kind, int size, long now) {
        List<PendingRequest<I, O>> batch = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            PendingRequest<I, O> request = waiting.removeFirst();
            request.take(now);
            batch.add(request);
        }
        running += size;
        turns.started(kind);
        wakeNext();
        return batch;
    }

    /** Answers a batch that {@link #nextBatch} gave, with one output per request. */
    void succeed(Turns.Kind kind, List<PendingRequest<I, O>> batch, List<O> outputs, long runNanos) {
        lock.lock();
        try {
            ended(kind, batch);
            failuresInARow = 0;
            rate.batchFinished(batch.size(), runNanos, turns.sessions(kind));
            for (int i = 0; i < batch.size(); i++) {
                PendingRequest<I, O> request = batch.get(i);
                learnFrom(request, runNanos);
                request.succeed(outputs.get(i), runNanos, batch.size());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Who leaves during its run leaves because of the queue, if it has waited there for longer. */
    private void learnFrom(PendingRequest<I, O> request, long runNanos) {
        if (request.isSettled()) {
            return;
        }
        if (!request.isCallerGone()) {
            patience.callerStayed();
        } else if (request.queueNanos() > runNanos) {
            learnFromLeaver(clock.getAsLong(), request.reservedNanos());
        }
    }

    /** Answers a batch that {@link #nextBatch} gave and whose run failed. */
    void fail(Turns.Kind kind, List<PendingRequest<I, O>> batch, Throwable cause) {
        lock.lock();
        try {
            ended(kind, batch);
            failuresInARow++;
            batch.forEach(request -> request.fail(new BatchException.RunFailed(cause)));
        } finally {
            lock.unlock();
        }
    }

    /** The session asks for its next batch at once, and wakes others if it is their turn. */
    private void ended(Turns.Kind kind, List<PendingRequest<I, O>> batch) {
        running -= batch.size();
        turns.ended(kind, waiting.size());
    }

    int capacity() {
        return policy.queueCapacity();
    }

    int depth() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    int placesTaken() {
        lock.lock();
        try {
            return taken();
        } finally {
            lock.unlock();
        }
    }

    int failuresInARow() {
        lock.lock();
        try {
            return failuresInARow;
        } finally {
            lock.unlock();
        }
    }

    Duration estimatedWait() {
        lock.lock();
        try {
            return Duration.ofNanos(rate.nanosFor(taken()));
        } finally {
            lock.unlock();
        }
    }

    Duration retryAfter() {
        return WaitEstimate.retryAfter(estimatedWait().toNanos());
    }

    /** Refuses newcomers from here on; what waits is still given out, without delay. */
    void close() {
        lock.lock();
        try {
            closed = true;
            wakeNext();
        } finally {
            lock.unlock();
        }
    }
}
