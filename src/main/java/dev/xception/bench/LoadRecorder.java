package dev.xception.bench;

import dev.xception.bench.Outcome.Answered;
import dev.xception.bench.Outcome.HungUp;
import dev.xception.bench.Outcome.Lost;
import dev.xception.bench.Outcome.NotAccepted;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Counts outcomes within a window of time.
 *
 * <p>Throughput counts the answers that came within the window. Latencies and outcomes count the requests that were meant to
 * be sent within it, from that intended moment: a request that had to wait for its turn to be sent has waited.
 */
final class LoadRecorder {

    static final int OK = 200;
    static final int OVERLOADED = 503;

    private final long start;
    private final long stop;
    private final @Nullable Duration deadline;

    private final LongAdder okWithinWindow = new LongAdder();
    private final Recorder interval = new Recorder(3);
    private final Histogram latency = Latencies.concurrentHistogram();
    private final Histogram refusals = Latencies.concurrentHistogram();
    private final ConcurrentMap<Integer, LongAdder> statuses = new ConcurrentSkipListMap<>();
    private final ConcurrentMap<String, Histogram> stages = new ConcurrentHashMap<>();
    private final LongAdder notAccepted = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder hungUp = new LongAdder();
    private final LongAdder afterDeadline = new LongAdder();
    private final LongAccumulator latestNanos = new LongAccumulator(Math::max, 0);

    /**
     * @param start of the window, on {@link System#nanoTime}
     * @param deadline how long the server was told that it may take
     */
    LoadRecorder(long start, long stop, @Nullable Duration deadline) {
        this.start = start;
        this.stop = stop;
        this.deadline = deadline;
    }

    long stop() {
        return stop;
    }

    double seconds() {
        return (stop - start) / 1e9;
    }

    /** All times are on {@link System#nanoTime}. */
    void record(long intended, long sent, long answered, Outcome outcome) {
        switch (outcome) {
            case Answered(int status, Map<String, Double> stageMillis) -> {
                if (status == OK && answered - start >= 0 && answered - stop < 0) {
                    okWithinWindow.increment();
                    interval.recordValue(answered - intended);
                }
                if (intended - start >= 0) {
                    recordAnswer(answered - intended, answered - sent, status, stageMillis);
                }
            }
            // A loss counts whenever it happens.
            case Lost() -> lost.increment();
            case NotAccepted() -> {
                if (intended - start >= 0) {
                    notAccepted.increment();
                }
            }
            case HungUp() -> {
                if (intended - start >= 0) {
                    hungUp.increment();
                }
            }
        }
    }

    private void recordAnswer(long nanos, long sinceSent, int status, Map<String, Double> stageMillis) {
        statuses.computeIfAbsent(status, key -> new LongAdder()).increment();
        if (status == OK) {
            latency.recordValue(nanos);
            stageMillis.forEach((stage, millis) -> stages.computeIfAbsent(stage, key -> Latencies.concurrentHistogram())
                    .recordValue(Math.max(0, (long) (millis * 1e6))));
        } else if (status == OVERLOADED) {
            refusals.recordValue(nanos);
        }
        if (deadline != null && sinceSent > deadline.toNanos()) {
            afterDeadline.increment();
            latestNanos.accumulate(sinceSent - deadline.toNanos());
        }
    }

    /** Latencies of the good answers since the last call. */
    Latencies interval() {
        return Latencies.of(interval.getIntervalHistogram());
    }

    double throughput() {
        return okWithinWindow.sum() / seconds();
    }

    Latencies latency() {
        return Latencies.of(latency);
    }

    Latencies refusals() {
        return Latencies.of(refusals);
    }

    Map<String, Latencies> stages() {
        Map<String, Latencies> result = new LinkedHashMap<>();
        stages.forEach((stage, histogram) -> result.put(stage, Latencies.of(histogram)));
        return result;
    }

    Errors errors(long unsent) {
        Map<Integer, Long> byStatus = new LinkedHashMap<>();
        statuses.forEach((status, count) -> {
            if (status != OK) {
                byStatus.put(status, count.sum());
            }
        });
        return new Errors(
                byStatus,
                notAccepted.sum(),
                lost.sum(),
                hungUp.sum(),
                unsent,
                afterDeadline.sum(),
                latestNanos.get() / 1e6);
    }
}
