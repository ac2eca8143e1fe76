package dev.xception.bench;

import dev.xception.bench.Load.Closed;
import dev.xception.bench.Load.Open;
import dev.xception.bench.Measurement.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Far more requests than the server can answer: it must go on answering as many as before, and refuse the others fast. */
public final class Overload {

    /** The first seconds of a load fill buffers; from then on memory should be flat. */
    private static final double SETTLED_SECONDS = 10;

    /**
     * One overload between two peaks.
     *
     * @param peak what the server answers when it is just busy
     * @param overloaded what it does when offered several times that
     * @param recovered the same load as for the peak, at once after the overload
     * @param goodput good answers per second under overload, as a share of the mean of peak and recovered: a machine that
     *     changes its speed changes all three
     * @param goodputOfPeak the same as a share of the peak right before
     * @param recovery throughput of recovered as a share of the peak
     * @param recoveryStart how it began; null where it was measured for less than five seconds
     * @param residentGrowth how far resident memory has left its value at second 10, as a share of it; null where it was not
     *     measured, or not for so long
     */
    public record Round(
            Measurement peak,
            Measurement overloaded,
            Measurement recovered,
            double goodput,
            double goodputOfPeak,
            double recovery,
            @Nullable RecoveryStart recoveryStart,
            @Nullable Double residentGrowth) {

        static Round of(Measurement peak, Measurement overloaded, Measurement recovered) {
            return new Round(
                    peak,
                    overloaded,
                    recovered,
                    2 * overloaded.throughput() / (peak.throughput() + recovered.throughput()),
                    overloaded.throughput() / peak.throughput(),
                    recovered.throughput() / peak.throughput(),
                    RecoveryStart.of(peak, overloaded, recovered),
                    Overload.residentGrowth(overloaded.timeline(), SETTLED_SECONDS));
        }
    }

    /**
     * The first seconds of a recovery, which begins when the last request of the overload is answered.
     *
     * @param afterOverload how many seconds after the end of the overload that was
     * @param second1 answers per second in its first second, as a share of the peak
     * @param second2 in its second
     * @param seconds3to5 in the three after these
     */
    public record RecoveryStart(double afterOverload, double second1, double second2, double seconds3to5) {

        static @Nullable RecoveryStart of(Measurement peak, Measurement overloaded, Measurement recovered) {
            if (recovered.seconds() < LoadRecorder.FIRST_SECONDS || peak.throughput() == 0) {
                return null;
            }
            double[] shares = recovered.firstSeconds().stream()
                    .mapToDouble(count -> count / peak.throughput())
                    .toArray();
            return new RecoveryStart(
                    overloaded.secondsAfter(), shares[0], shares[1], (shares[2] + shares[3] + shares[4]) / 3);
        }
    }

    /**
     * What the overloads have shown.
     *
     * @param factor offered load as a multiple of the peak before it
     * @param median the round with the median goodput
     * @param goodputOfPeak the median of the shares of the peak right before
     */
    public record Result(double factor, Round median, double goodputOfPeak, List<Round> rounds) {

        static Result of(double factor, List<Round> rounds) {
            return new Result(
                    factor,
                    Comparison.median(rounds, Round::goodput),
                    Comparison.median(rounds, Round::goodputOfPeak).goodputOfPeak(),
                    List.copyOf(rounds));
        }
    }

    private Overload() {}

    /**
     * Peak and overload in turns: peak, overload, peak, overload, peak. Each peak shows how the server recovers, too, and is
     * what the next overload is held against.
     *
     * @param hurried the target of the overload, whose requests say how long they have or whose callers hang up
     * @param factor offered load as a multiple of the peak
     */
    public static Result run(
            LoadGenerator generator,
            Target target,
            Target hurried,
            Closed peakLoad,
            double factor,
            Comparison.Schedule schedule,
            Consumer<String> progress) {
        progress.accept("peak: " + peakLoad);
        Measurement peak = generator.measure(target, peakLoad, schedule.warmUp(), schedule.duration());
        List<Round> rounds = new ArrayList<>();
        for (int round = 1; round <= schedule.rounds(); round++) {
            Open load = new Open(peak.throughput() * factor, Open.MAX_IN_FLIGHT);
            progress.accept("round %d of %d: overload: %s".formatted(round, schedule.rounds(), load));
            Duration before = round == 1 ? schedule.warmUp() : schedule.settling();
            Measurement overloaded = generator.measure(hurried, load, before, schedule.duration());
            progress.accept("round %d of %d: recovery: %s".formatted(round, schedule.rounds(), peakLoad));
            Measurement recovered = generator.measure(target, peakLoad, Duration.ZERO, schedule.duration());
            rounds.add(Round.of(peak, overloaded, recovered));
            peak = recovered;
        }
        return Result.of(factor, rounds);
    }

    /** The largest distance of a later moment from the first one at or after {@code settled} seconds. */
    static @Nullable Double residentGrowth(List<Moment> timeline, double settled) {
        List<Moment> later = timeline.stream()
                .filter(moment -> moment.second() >= settled && moment.residentBytes() > 0)
                .toList();
        if (later.isEmpty()) {
            return null;
        }
        double first = later.getFirst().residentBytes();
        return later.stream()
                .mapToDouble(moment -> Math.abs(moment.residentBytes() - first) / first)
                .max()
                .orElse(0);
    }
}
