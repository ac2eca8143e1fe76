package dev.xception.bench;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/**
 * What the sessions themselves can do: as many of them as the server runs at the same time, each run back to back by a thread
 * of its own, on pictures that were decoded and resized beforehand. No server that runs these sessions can be faster.
 */
public final class Ceiling {

    /** Runs one batch of prepared pictures and returns when its outputs are there. */
    @FunctionalInterface
    public interface Session {
        void run(List<ByteBuffer> pictures);
    }

    /**
     * What a measurement has shown.
     *
     * @param sessions how many ran at the same time
     * @param batchSize pictures per run
     * @param throughput pictures per second, of all sessions
     * @param run how long one run took
     */
    public record Result(int sessions, int batchSize, double throughput, Latencies run) {}

    private final List<Session> sessions;
    private final List<ByteBuffer> pictures;

    /**
     * @param pictures each as a session wants it
     */
    public Ceiling(List<Session> sessions, List<ByteBuffer> pictures) {
        if (sessions.isEmpty() || pictures.isEmpty()) {
            throw new IllegalArgumentException("a ceiling needs at least one session and one picture");
        }
        this.sessions = List.copyOf(sessions);
        this.pictures = List.copyOf(pictures);
    }

    /**
     * One way in which a server runs pictures.
     *
     * @param batchSize pictures per run
     */
    public record Way(Ceiling ceiling, int batchSize) {

        Result measure(Duration warmUp, Duration duration) {
            return ceiling.measure(batchSize, warmUp, duration);
        }

        @Override
        public String toString() {
            int sessions = ceiling.sessions.size();
            return "%d %s, batches of %d".formatted(sessions, sessions == 1 ? "session" : "sessions", batchSize);
        }
    }

    /** Runs all sessions at once, for at least these times. */
    public Result measure(int batchSize, Duration warmUp, Duration duration) {
        Histogram runs = Latencies.concurrentHistogram();
        List<Callable<Double>> drivers = new ArrayList<>();
        for (Session session : sessions) {
            drivers.add(() -> drive(session, batchSize, warmUp, duration, runs));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(drivers.size())) {
            double throughput = 0;
            for (Future<Double> driver : threads.invokeAll(drivers)) {
                throughput += driver.get();
            }
            return new Result(sessions.size(), batchSize, throughput, Latencies.of(runs));
        } catch (ExecutionException e) {
            throw new IllegalStateException("the session failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the ceiling was measured", e);
        }
    }

    /** The window begins and ends with a run, so that the rate of a few long runs is exact. */
    private double drive(Session session, int batchSize, Duration warmUp, Duration duration, Histogram runs) {
        int next = 0;
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < warmUp.toNanos()) {
            session.run(batch(next, batchSize));
            next += batchSize;
        }
        int first = next;
        long start = System.nanoTime();
        long last = start;
        do {
            session.run(batch(next, batchSize));
            next += batchSize;
            long now = System.nanoTime();
            runs.recordValue(now - last);
            last = now;
        } while (last - start < duration.toNanos());
        return (next - first) * 1e9 / (last - start);
    }

    private List<ByteBuffer> batch(int first, int size) {
        List<ByteBuffer> batch = new ArrayList<>(size);
        for (int i = first; i < first + size; i++) {
            batch.add(pictures.get(Math.floorMod(i, pictures.size())).duplicate());
        }
        return batch;
    }
}
