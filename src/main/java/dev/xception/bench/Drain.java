package dev.xception.bench;

import dev.xception.bench.Outcome.Answered;
import dev.xception.bench.Outcome.HungUp;
import dev.xception.bench.Outcome.Lost;
import dev.xception.bench.Outcome.NotAccepted;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * SIGTERM in the midst of saturation: every request that was accepted must be answered.
 *
 * <p>Callers send one request after the other. After SIGTERM each goes on until the server tells it to go elsewhere, which a
 * refusal (503) does, or takes no more connections. A refusal is an answer; a connection that is not made was never
 * accepted; a connection that breaks after the whole request was sent is a loss.
 */
public final class Drain {

    private static final Duration SATURATION_LIMIT = Duration.ofMinutes(2);
    private static final int ANSWERS_PER_CALLER = 5;
    private static final long PAUSE_NANOS = 10_000_000;

    /**
     * What the callers have seen.
     *
     * @param answers by status, before and after SIGTERM
     * @param answeredAfterSignal good answers after SIGTERM
     * @param lost requests that were sent whole and have no answer
     * @param exitCode of the server; 143 is that of a JVM that SIGTERM has ended in good order
     */
    public record Result(Map<Integer, Long> answers, long answeredAfterSignal, long lost, int exitCode) {

        private static final int ENDED_BY_SIGTERM = 143;

        /** Whether nothing was lost and the server ended in good order. */
        public boolean inGoodOrder() {
            return lost == 0 && exitCode == ENDED_BY_SIGTERM;
        }
    }

    private final Client client;
    private final ConcurrentMap<Integer, LongAdder> answers = new ConcurrentHashMap<>();
    private final LongAdder lost = new LongAdder();
    private final CountDownLatch saturated;
    private volatile boolean terminated;
    private volatile boolean over;

    private Drain(Client client, int answersBeforeSignal) {
        this.client = client;
        this.saturated = new CountDownLatch(answersBeforeSignal);
    }

    /**
     * Stops the server under load and waits for its end.
     *
     * @param callers more than the server can run at a time
     * @throws IOException if there is no load, or no end
     */
    public static Result run(ServerProcess server, Client client, int callers)
            throws IOException, InterruptedException {
        Drain drain = new Drain(client, callers * ANSWERS_PER_CALLER);
        long before;
        int exitCode;
        try (ExecutorService threads = Callers.start()) {
            try {
                for (int i = 0; i < callers; i++) {
                    threads.execute(drain::call);
                }
                before = drain.saturate();
                drain.terminated = true;
                server.terminate();
                exitCode = server.exitCode();
            } catch (IOException | InterruptedException | RuntimeException e) {
                // Else callers without an answer would be waited for.
                client.cut();
                throw e;
            } finally {
                drain.over = true;
            }
        }
        // Every caller has ended, and so has counted what it saw.
        return new Result(drain.counts(), drain.good() - before, drain.lost.sum(), exitCode);
    }

    /** Waits for load, and returns the number of good answers until then. */
    private long saturate() throws IOException, InterruptedException {
        if (!saturated.await(SATURATION_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException("too few answers before SIGTERM: " + counts());
        }
        return good();
    }

    private void call() {
        while (!over) {
            switch (client.send()) {
                case Answered(int status, var stages) -> {
                    answers.computeIfAbsent(status, key -> new LongAdder()).increment();
                    if (status == LoadRecorder.OK) {
                        saturated.countDown();
                    } else if (terminated) {
                        return;
                    } else {
                        LockSupport.parkNanos(PAUSE_NANOS);
                    }
                }
                case Lost(), HungUp() -> lost.increment();
                case NotAccepted() -> LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private long good() {
        LongAdder good = answers.get(LoadRecorder.OK);
        return good == null ? 0 : good.sum();
    }

    private Map<Integer, Long> counts() {
        Map<Integer, Long> counts = new TreeMap<>();
        answers.forEach((status, count) -> counts.put(status, count.sum()));
        return counts;
    }
}
