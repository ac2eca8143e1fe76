package dev.xception.batch;

import java.util.concurrent.locks.Condition;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One accepted request, from entering the queue to its one answer: the first outcome stands, later ones are dropped.
 * Every method is called with the batcher's lock held.
 */
final class PendingRequest<I, O> {

    private static final Logger log = LoggerFactory.getLogger(PendingRequest.class);

    private final I input;
    private final long reservedNanos;
    private final long enqueuedNanos;
    private final long deadlineNanos;
    private final BooleanSupplier callerGone;
    private final Condition answered;

    private boolean taken;
    private long queueNanos;
    private @Nullable Answer<O> answer;
    private @Nullable BatchException failure;

    PendingRequest(
            I input,
            long reservedNanos,
            long enqueuedNanos,
            long deadlineNanos,
            BooleanSupplier callerGone,
            Condition answered) {
        this.input = input;
        this.reservedNanos = reservedNanos;
        this.enqueuedNanos = enqueuedNanos;
        this.deadlineNanos = deadlineNanos;
        this.callerGone = callerGone;
        this.answered = answered;
    }

    /** Blocks the caller until there is an outcome, at the latest until the deadline. */
    Answer<O> await(LongSupplier clock) throws BatchException, InterruptedException {
        while (true) {
            if (answer != null) {
                return answer;
            }
            if (failure != null) {
                throw failure;
            }
            long now = clock.getAsLong();
            if (!expire(now)) {
                awaitSignal(deadlineNanos - now);
            }
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the loop is in await
    private void awaitSignal(long nanos) throws InterruptedException {
        try {
            answered.awaitNanos(nanos);
        } catch (InterruptedException e) {
            if (!isSettled()) {
                failure = new BatchException.CallerGone();
                throw e;
            }
            // The outcome came first: it stands, and the caller finds its interrupt afterwards.
            Thread.currentThread().interrupt();
        }
    }

    /** Fails this request if its deadline has come, and says whether it has. */
    boolean expire(long now) {
        if (now - deadlineNanos < 0) {
            return false;
        }
        fail(new BatchException.DeadlinePassed());
        return true;
    }

    /** Fails this request if nobody waits for its answer any more, and says so. */
    boolean abandon() {
        if (!isCallerGone()) {
            return false;
        }
        fail(new BatchException.CallerGone());
        return true;
    }

    /** Whether there is an outcome, and the caller's thread may have gone on. */
    boolean isSettled() {
        return answer != null || failure != null;
    }

    /** Of a request that is not settled. */
    boolean isCallerGone() {
        try {
            return callerGone.getAsBoolean();
        } catch (Throwable e) {
            // An Error too: the session's thread goes on.
            log.warn("whether a caller is gone cannot be told", e);
            return false;
        }
    }

    /** Moves this request from the queue into a batch. */
    void take(long now) {
        taken = true;
        queueNanos = now - enqueuedNanos;
    }

    void succeed(O output, long runNanos, int batchSize) {
        if (failure == null) {
            answer = new Answer<>(output, queueNanos, runNanos, batchSize);
            answered.signal();
        }
    }

    void fail(BatchException cause) {
        if (!isSettled()) {
            failure = cause;
            answered.signal();
        }
    }

    I input() {
        return input;
    }

    /** Whether a batch holds this request; from then on the session's thread releases the input. */
    boolean taken() {
        return taken;
    }

    /** When its place was taken. */
    long reservedNanos() {
        return reservedNanos;
    }

    long enqueuedNanos() {
        return enqueuedNanos;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    long queueNanos() {
        return queueNanos;
    }
}
