package dev.xception.batch;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Why a request got no result. Carries no stack trace of its own: these are answers, and under overload frequent. */
public abstract sealed class BatchException extends Exception {

    private BatchException(String message, @Nullable Throwable cause) {
        super(message, cause, true, false);
    }

    /** Refused at once: the queue is at its capacity, or so long that the deadline would pass first. */
    public static final class QueueFull extends BatchException {

        private final Duration retryAfter;

        QueueFull(int queueDepth, Duration retryAfter) {
            super("queue is full for this request: " + queueDepth + " wait", null);
            this.retryAfter = retryAfter;
        }

        /** When the requests that now wait should be answered: whole seconds, at least one. */
        public Duration retryAfter() {
            return retryAfter;
        }
    }

    /** The deadline passed before the result was there. */
    public static final class DeadlinePassed extends BatchException {

        DeadlinePassed() {
            super("deadline passed", null);
        }
    }

    /** Its caller was gone before it would have been run. */
    public static final class CallerGone extends BatchException {

        CallerGone() {
            super("caller is gone", null);
        }
    }

    /** Refused at once: the batcher is closed or closing. */
    public static final class Closed extends BatchException {

        Closed() {
            super("batcher is closed", null);
        }
    }

    /** The run of this request's batch failed; the cause says how. */
    public static final class RunFailed extends BatchException {

        RunFailed(Throwable cause) {
            super("run failed: " + cause, cause);
        }
    }
}
