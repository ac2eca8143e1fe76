package dev.xception.bench;

import dev.xception.bench.Outcome.Answered;
import dev.xception.bench.Outcome.HungUp;
import dev.xception.bench.Outcome.Lost;
import dev.xception.bench.Outcome.NotAccepted;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Counts outcomes within a window of time.
 *
 * <p>Throughput counts the good answers that came within the window: status 200, and not after the deadline. Latencies and
 * outcomes count the requests that were meant to be sent within it, from that intended moment: a request that had to wait for
 * its turn to be sent has waited.
 */
final class LoadRecorder {

    static final int OK = 200;
    static final int OVERLOADED = 503;

    /** Of a window, whose answers are counted one by one. */
    static final int FIRST_SECONDS = 5;

    private static final long SECOND = 1_000_000_000;

    private final long start;
    private final long stop;
    private final @Nullable Duration deadline;

    private final LongAdder goodWithinWindow = new LongAdder();
    private final AtomicLongArray firstSeconds = new AtomicLongArray(FIRST_SECONDS);
    private final LongAccumulator last;
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
        this.last = new LongAccumulator(Math::max, stop);
    }

    long stop() {
        return stop;
    }

    double seconds() {
        return (stop - start) / 1e9;
    }

    /** All times are on {@link System#nanoTime}. */
    void record(long intended, long sent, long answered, Outcome outcome) {
        last.accumulate(answered);
        switch (outcome) {
            case Answered(int status, Map<String, Double> stageMillis) -> {
                if (status == OK && !isLate(answered - sent) && answered - start >= 0 && answered - stop < 0) {
                    recordGood(answered - start, answered - intended);
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

    private boolean isLate(long sinceSent) {
        return deadline != null && sinceSent > deadline.toNanos();
    }

    private void recordGood(long sinceStart, long nanos) {
        goodWithinWindow.increment();
        interval.recordValue(nanos);
        int second = (int) (sinceStart / SECOND);
        if (second < FIRST_SECONDS) {
            firstSeconds.incrementAndGet(second);
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
        if (deadline != null && isLate(sinceSent)) {
            afterDeadline.increment();
            latestNanos.accumulate(sinceSent - deadline.toNanos());
        }
    }

    /** Latencies of the good answers since the last call. */
    Histogram interval() {
        return interval.getIntervalHistogram();
    }

    long goodWithinWindow() {
        return goodWithinWindow.sum();
    }

    double throughput() {
        return goodWithinWindow() / seconds();
    }

    /** Good answers in each of the window's first seconds. */
    List<Long> firstSeconds() {
        return IntStream.range(0, FIRST_SECONDS).mapToObj(firstSeconds::get).toList();
    }

    /** From the end of the window to the last outcome. */
    double secondsAfter() {
        return (last.get() - stop) / 1e9;
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
