package dev.xception.bench;

import dev.xception.bench.Load.Closed;
import dev.xception.bench.Load.Open;
import dev.xception.bench.Measurement.Moment;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Far more requests than the server can answer: it must go on answering as many as before, and refuse the others fast. */
public final class Overload {

    /** The first seconds of a load fill buffers; from then on memory should be flat. */
    private static final double SETTLED_SECONDS = 10;

    /**
     * What the overload has shown.
     *
     * @param peak what the server answers when it is just busy
     * @param overloaded what it does when offered {@code factor} times that
     * @param goodput good answers per second under overload, as a share of the better of peak and recovery
     * @param residentGrowth how far resident memory has left its value at second 10, as a share of it; zero where unknown
     * @param recovered the same load as for the peak, at once after the overload
     * @param recovery its throughput as a share of the peak
     */
    public record Result(
            double factor,
            Measurement peak,
            Measurement overloaded,
            double goodput,
            double residentGrowth,
            Measurement recovered,
            double recovery) {}

    private Overload() {}

    /**
     * Measures the peak, overloads, and looks whether the server recovers.
     *
     * @param factor offered load as a multiple of the peak
     * @param deadline what each request of the overload allows the server
     */
    public static Result run(
            LoadGenerator generator,
            Target target,
            Closed peakLoad,
            double factor,
            Duration deadline,
            Comparison.Schedule schedule,
            Consumer<String> progress) {
        progress.accept("peak: " + peakLoad);
        Measurement peak = generator.measure(target, peakLoad, schedule.warmUp(), schedule.duration());
        Open load = new Open(peak.throughput() * factor, Open.MAX_IN_FLIGHT);
        progress.accept("overload: " + load);
        Measurement overloaded =
                generator.measure(target.withTimeout(deadline), load, schedule.warmUp(), schedule.duration());
        progress.accept("recovery: " + peakLoad);
        Measurement recovered = generator.measure(
                target, peakLoad, Duration.ZERO, schedule.duration().dividedBy(3));
        return new Result(
                factor,
                peak,
                overloaded,
                overloaded.throughput() / Math.max(peak.throughput(), recovered.throughput()),
                residentGrowth(overloaded.timeline(), SETTLED_SECONDS),
                recovered,
                recovered.throughput() / peak.throughput());
    }

    /** The largest distance of a later moment from the first one at or after {@code settled} seconds. */
    static double residentGrowth(List<Moment> timeline, double settled) {
        List<Moment> later = timeline.stream()
                .filter(moment -> moment.second() >= settled && moment.residentBytes() > 0)
                .toList();
        if (later.isEmpty()) {
            return 0;
        }
        double first = later.getFirst().residentBytes();
        return later.stream()
                .mapToDouble(moment -> Math.abs(moment.residentBytes() - first) / first)
                .max()
                .orElse(0);
    }
}
