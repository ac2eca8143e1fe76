package dev.xception.bench;

import dev.xception.bench.Load.Closed;
import dev.xception.bench.Load.Open;
import dev.xception.bench.Trend.Point;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A steady load below capacity for a long time: memory and latency must not creep. */
public final class Soak {

    private static final double MEBIBYTE = 1 << 20;

    /**
     * What the soak has shown.
     *
     * @param capacity what the server answers when it is busy, measured first
     * @param capacityAfter the same measured last: a machine that has become slower makes every percentile rise
     * @param residentMebibytesPerHour trend of resident memory over the last three quarters; without enough moments, or
     *     where memory is not told, none
     * @param p99MillisPerMinute trend of the 99th percentile through the parts; none for fewer than six with answers
     */
    public record Result(
            Measurement capacity,
            Measurement steady,
            Measurement capacityAfter,
            @Nullable Trend residentMebibytesPerHour,
            @Nullable Trend p99MillisPerMinute) {

        double ofCapacity(Measurement load) {
            return load.throughput() / capacity.throughput();
        }
    }

    private Soak() {}

    /**
     * Measures the capacity with {@code busy}, offers a share of it, and measures it again.
     *
     * @param share of the capacity, such as 0.8
     */
    public static Result run(
            LoadGenerator generator,
            Target target,
            Closed busy,
            double share,
            Comparison.Schedule schedule,
            Duration length,
            Consumer<String> progress) {
        progress.accept("capacity: " + busy);
        Measurement capacity = generator.measure(target, busy, schedule.warmUp(), schedule.duration());
        Open load = new Open(capacity.throughput() * share, Open.MAX_IN_FLIGHT);
        progress.accept("soak: " + load + " for " + length);
        Measurement steady = generator.measure(target, load, schedule.warmUp(), length);
        progress.accept("capacity after it: " + busy);
        Measurement after = generator.measure(target, busy, schedule.settling(), schedule.duration());
        return new Result(capacity, steady, after, residentTrend(steady), p99Trend(steady));
    }

    private static @Nullable Trend residentTrend(Measurement steady) {
        return Trend.through(steady.timeline().stream()
                .filter(moment -> moment.second() > steady.seconds() / 4 && moment.residentBytes() > 0)
                .map(moment -> new Point(moment.second() / 3600, moment.residentBytes() / MEBIBYTE))
                .toList());
    }

    static @Nullable Trend p99Trend(Measurement steady) {
        return Trend.throughIndependent(steady.parts().stream()
                .filter(part -> part.latency().count() > 0)
                .map(part -> new Point(part.second() / 60, part.latency().p99()))
                .toList());
    }
}
