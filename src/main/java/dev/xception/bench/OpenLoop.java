package dev.xception.bench;

import dev.xception.bench.Load.Open;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests at even intervals. Each is recorded from the moment when it was due, so that a server that stalls is charged for
 * every request that the stall kept waiting, also for those that this loop could not even send.
 */
final class OpenLoop {

    private OpenLoop() {}

    /**
     * Sends until the recorder's window ends, and returns when every request that was sent has its outcome.
     *
     * @param start when the first request is due, on {@link System#nanoTime}
     * @param patienceNanos how long after the window requests that are due may still be sent
     * @return how many requests were due and never sent
     */
    static long run(Client client, Open load, long start, LoadRecorder recorder, long patienceNanos) {
        long requests = (long) ((recorder.stop() - start) / 1e9 * load.rate());
        long giveUp = recorder.stop() + patienceNanos;
        Semaphore slots = new Semaphore(load.maxInFlight());
        try (ExecutorService callers = Callers.start()) {
            for (long i = 0; i < requests; i++) {
                long due = start + (long) (i * (1e9 / load.rate()));
                await(due);
                if (!slots.tryAcquire(giveUp - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    return requests - i;
                }
                callers.execute(() -> {
                    try {
                        long sent = System.nanoTime();
                        Outcome outcome = client.send();
                        recorder.record(due, sent, System.nanoTime(), outcome);
                    } finally {
                        slots.release();
                    }
                });
            }
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while requests were being sent", e);
        }
    }

    private static void await(long due) {
        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
            LockSupport.parkNanos(wait);
        }
    }
}
