package dev.xception.bench;

import dev.xception.bench.Outcome.Answered;
import dev.xception.bench.Outcome.HungUp;
import dev.xception.bench.Outcome.Lost;
import dev.xception.bench.Outcome.NotAccepted;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * SIGTERM in the midst of saturation: every request that was accepted must be answered, and with what was asked for.
 *
 * <p>Callers send one request after the other. After SIGTERM each goes on until the server tells it to go elsewhere, which a
 * refusal (503) does, or takes no more connections. A request is lost if the connection breaks after it was sent whole; so is
 * one that was accepted and is answered with anything but 200. Accepted is what was sent whole well before SIGTERM: a server
 * refuses at once, so what waits for its answer by then was let in. That holds only where the server lets in all callers,
 * which is why it must refuse none before SIGTERM.
 */
public final class Drain {

    private static final Duration SATURATION_LIMIT = Duration.ofMinutes(2);
    private static final int ANSWERS_PER_CALLER = 5;
    private static final long PAUSE_NANOS = 10_000_000;

    /** A refusal would have come by then. */
    private static final long ACCEPTED_NANOS = 250_000_000;

    /** How long a moment is waited for at which such a request is in flight. */
    private static final long MOMENT_NANOS = 2_000_000_000;

    private static final long LOOK_NANOS = 1_000_000;

    /**
     * What the callers have seen.
     *
     * @param answers by status, before and after SIGTERM
     * @param answeredAfterSignal good answers after SIGTERM
     * @param accepted requests that were accepted before SIGTERM and not answered yet
     * @param lost requests that were sent whole and have no answer, and those accepted that have another than 200
     * @param exitCode of the server; 143 is that of a JVM that SIGTERM has ended in good order
     */
    public record Result(Map<Integer, Long> answers, long answeredAfterSignal, long accepted, long lost, int exitCode) {

        private static final int ENDED_BY_SIGTERM = 143;
        private static final Set<Integer> ORDERLY = Set.of(LoadRecorder.OK, LoadRecorder.OVERLOADED);

        /** Whether nothing was lost, nothing was answered but with 200 and 503, and the server ended in good order. */
        public boolean inGoodOrder() {
            return lost == 0 && ORDERLY.containsAll(answers.keySet()) && exitCode == ENDED_BY_SIGTERM;
        }
    }

    private final Client client;
    private final List<Caller> callers;
    private final ConcurrentMap<Integer, LongAdder> answers = new ConcurrentHashMap<>();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final CountDownLatch saturated;
    private volatile long signalled;
    private volatile boolean terminated;
    private volatile boolean over;

    private Drain(Client client, int callers) {
        this.client = client;
        this.callers = Stream.generate(Caller::new).limit(callers).toList();
        this.saturated = new CountDownLatch(callers * ANSWERS_PER_CALLER);
    }

    /**
     * Stops the server under load and waits for its end.
     *
     * @param callers more than the server can run at a time, and no more than it lets in
     * @throws IOException if there is no load, if the server refuses some of it, or if there is no end
     */
    public static Result run(ServerProcess server, Client client, int callers)
            throws IOException, InterruptedException {
        Drain drain = new Drain(client, callers);
        long before;
        int exitCode;
        try (ExecutorService threads = Callers.start()) {
            try {
                drain.callers.forEach(threads::execute);
                drain.saturate();
                before = drain.good();
                drain.signalled = System.nanoTime();
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
        return new Result(drain.counts(), drain.good() - before, drain.accepted.sum(), drain.lost.sum(), exitCode);
    }

    /** Waits for load, and then for a moment at which requests are in flight that the server has accepted. */
    private void saturate() throws IOException, InterruptedException {
        if (!saturated.await(SATURATION_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException("too few answers before SIGTERM: " + counts());
        }
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < MOMENT_NANOS && callers.stream().noneMatch(Caller::isAcceptedNow)) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        if (!counts().keySet().equals(Set.of(LoadRecorder.OK))) {
            throw new IOException(
                    "%d callers are more than the server lets in, or it fails: before SIGTERM it answers %s"
                            .formatted(callers.size(), counts()));
        }
    }

    private final class Caller implements Runnable {

        private static final long NOT_IN_FLIGHT = Long.MIN_VALUE;

        /** When the request was sent whole that has no answer yet. */
        private volatile long sentWhole = NOT_IN_FLIGHT;

        @Override
        public void run() {
            while (!over) {
                Outcome outcome = client.send(() -> sentWhole = System.nanoTime());
                boolean wasAccepted = terminated && isAcceptedAt(signalled);
                sentWhole = NOT_IN_FLIGHT;
                if (wasAccepted) {
                    accepted.increment();
                }
                switch (outcome) {
                    case Answered(int status, var stages) -> {
                        answers.computeIfAbsent(status, key -> new LongAdder()).increment();
                        if (status == LoadRecorder.OK) {
                            saturated.countDown();
                        } else if (terminated) {
                            if (wasAccepted) {
                                lost.increment();
                            }
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

        private boolean isAcceptedNow() {
            return isAcceptedAt(System.nanoTime());
        }

        private boolean isAcceptedAt(long moment) {
            long sent = sentWhole;
            return sent != NOT_IN_FLIGHT && moment - sent >= ACCEPTED_NANOS;
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
