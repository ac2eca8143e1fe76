package dev.xception.bench;

import dev.xception.bench.Outcome.Answered;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A fixed number of callers, each of which sends its next request when its last one is answered. */
final class ClosedLoop {

    private static final long PAUSE_NANOS = 10_000_000;

    private ClosedLoop() {}

    /** Runs while {@code goOn}, and returns when every request that was sent has its outcome. */
    static void run(Client client, int concurrency, LoadRecorder recorder, BooleanSupplier goOn) {
        try (ExecutorService callers = Callers.start()) {
            for (int i = 0; i < concurrency; i++) {
                callers.execute(() -> call(client, recorder, goOn));
            }
        }
    }

    private static void call(Client client, LoadRecorder recorder, BooleanSupplier goOn) {
        while (goOn.getAsBoolean()) {
            long sent = System.nanoTime();
            Outcome outcome = client.send();
            recorder.record(sent, sent, System.nanoTime(), outcome);
            // Who is refused at once must not turn into a spin.
            if (!(outcome instanceof Answered(int status, var stages)) || status == LoadRecorder.OVERLOADED) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
