package dev.xception.batch;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A virtual thread that waits in {@link DynamicBatcher.Place#submit}, as a request's thread does. */
final class Caller {

    private final FutureTask<Answer<String>> outcome;
    private final Thread thread;

    Caller(Callable<Answer<String>> submission) {
        outcome = new FutureTask<>(submission);
        thread = Thread.startVirtualThread(outcome);
    }

    /** Waits until this caller has been accepted and waits for its answer, or already has one. */
    void awaitAccepted() {
        while (thread.getState() != Thread.State.TIMED_WAITING && !outcome.isDone()) {
            Thread.onSpinWait();
        }
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Waits for the answer. */
    Answer<String> answer() throws InterruptedException, ExecutionException {
        return outcome.get();
    }

    /** Waits for the output. */
    String output() throws InterruptedException, ExecutionException {
        return answer().output();
    }

    /** Waits for the exception that ended the submission. */
    Throwable failure() throws InterruptedException {
        try {
            throw new AssertionError("answered: " + outcome.get());
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }
}
