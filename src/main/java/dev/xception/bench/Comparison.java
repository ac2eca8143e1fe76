package dev.xception.bench;

import dev.xception.bench.Ceiling.Way;
import dev.xception.bench.Load.Closed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A server under several loads, and the ceiling beside it, in turns: ceiling, server, ceiling, server. One idles while the
 * other is measured; a machine that slows down slows both, so that their ratio holds where their figures do not.
 */
public final class Comparison {

    /**
     * How long each measurement takes, and how many of each there are.
     *
     * @param warmUp before a load is measured for the first time: the server's Java is compiled while it runs
     */
    public record Schedule(int rounds, Duration warmUp, Duration duration) {

        private static final Duration LONGEST_SETTLING = Duration.ofSeconds(3);

        public Schedule {
            if (rounds < 1) {
                throw new IllegalArgumentException("at least 1 round is needed, not " + rounds);
            }
            if (!duration.isPositive() || warmUp.isNegative()) {
                throw new IllegalArgumentException(
                        "a measurement needs some time, not " + warmUp + " and then " + duration);
            }
        }

        /** Before what is warm already, or native: a queue fills, a processor speeds up. */
        Duration settling() {
            return warmUp.compareTo(LONGEST_SETTLING) < 0 ? warmUp : LONGEST_SETTLING;
        }
    }

    /**
     * The ceiling's median round, and all of them, of the fastest way; and the median of single pictures, for latency.
     *
     * @param ways how that way was found
     */
    public record CeilingRounds(
            Ceiling.Result median, Ceiling.Result single, List<Ceiling.Result> rounds, List<FastestWay.Trials> ways) {}

    /**
     * The ceiling of the same model in another precision.
     *
     * @param ways those of a server with that precision
     */
    public record Baseline(String precision, List<Way> ways) {}

    /**
     * The baseline's median round, and all of them, of its fastest way.
     *
     * @param ways how that way was found
     */
    public record BaselineRounds(
            String precision, Ceiling.Result median, List<Ceiling.Result> rounds, List<FastestWay.Trials> ways) {}

    /**
     * One load's rounds.
     *
     * @param median the round with the median throughput
     * @param ratio the median of the ratios; without a ceiling none
     * @param ratios of throughput to the ceiling, round by round; without a ceiling none
     * @param addedMillis for a single caller: the median, over the rounds, of its median latency above that of the session's
     *     own run of one picture in the same round; for other loads and without a ceiling none
     * @param aroundRunMillis for a single caller: the same, above the run in the server itself, which does not tell a server that
     *     runs slower than the session could, but does not scatter with the machine either; for other loads and where the server
     *     names no times none
     * @param baselineRatio the median of the ratios; without a baseline none
     * @param baselineRatios of throughput to the baseline, round by round; without a baseline none
     */
    public record LoadRounds(
            Measurement median,
            @Nullable Double ratio,
            List<Double> ratios,
            @Nullable Double baselineRatio,
            List<Double> baselineRatios,
            @Nullable Double addedMillis,
            @Nullable Double aroundRunMillis,
            List<Measurement> rounds) {

        /** Of all rounds. */
        Errors errors() {
            return Errors.sum(rounds.stream().map(Measurement::errors).toList());
        }
    }

    /** The result. */
    public record Result(
            @Nullable CeilingRounds ceiling, @Nullable BaselineRounds baseline, List<LoadRounds> loads) {}

    /** The server's own name for the time of a run. */
    private static final String RUN = "inference";

    private final LoadGenerator generator;
    private final Target target;
    private final List<Way> ways;
    private final @Nullable Baseline baseline;
    private final Consumer<String> progress;

    /**
     * @param ways those in which the server may run pictures, first that of a lone one: the fastest is the ceiling; none for no
     *     ceiling
     * @param baseline what throughput is compared with, too; null for nothing
     * @param progress told what is measured next
     */
    public Comparison(
            LoadGenerator generator,
            Target target,
            List<Way> ways,
            @Nullable Baseline baseline,
            Consumer<String> progress) {
        this.generator = generator;
        this.target = target;
        this.ways = List.copyOf(ways);
        this.baseline = baseline;
        this.progress = progress;
    }

    public Result run(List<Load> loads, Schedule schedule) {
        FastestWay fastest = ways.isEmpty() ? null : FastestWay.of("ceiling", ways, schedule, progress);
        FastestWay fastestBaseline =
                baseline == null ? null : FastestWay.of(name(baseline), baseline.ways(), schedule, progress);
        List<Ceiling.Result> ceilings = new ArrayList<>();
        List<Ceiling.Result> singles = new ArrayList<>();
        List<Ceiling.Result> baselines = new ArrayList<>();
        List<List<Measurement>> measured =
                loads.stream().<List<Measurement>>map(load -> new ArrayList<>()).toList();
        for (int round = 1; round <= schedule.rounds(); round++) {
            String turn = "round %d of %d: ".formatted(round, schedule.rounds());
            if (fastest != null) {
                progress.accept(turn + "ceiling");
                ceilings.add(fastest.way().measure(schedule.settling(), schedule.duration()));
                progress.accept(turn + "ceiling, one picture at a time");
                singles.add(ways.getFirst().measure(schedule.settling(), schedule.duration()));
            }
            if (baseline != null && fastestBaseline != null) {
                progress.accept(turn + name(baseline));
                baselines.add(fastestBaseline.way().measure(schedule.settling(), schedule.duration()));
            }
            Duration before = round == 1 ? schedule.warmUp() : schedule.settling();
            for (int i = 0; i < loads.size(); i++) {
                progress.accept(turn + loads.get(i));
                measured.get(i).add(generator.measure(target, loads.get(i), before, schedule.duration()));
            }
        }
        List<LoadRounds> compared = new ArrayList<>();
        for (int i = 0; i < loads.size(); i++) {
            compared.add(compare(loads.get(i), measured.get(i), ceilings, singles, baselines));
        }
        return new Result(
                fastest == null
                        ? null
                        : new CeilingRounds(
                                median(ceilings, Ceiling.Result::throughput),
                                median(singles, Ceiling.Result::throughput),
                                List.copyOf(ceilings),
                                fastest.trials()),
                baseline == null || fastestBaseline == null
                        ? null
                        : new BaselineRounds(
                                baseline.precision(),
                                median(baselines, Ceiling.Result::throughput),
                                List.copyOf(baselines),
                                fastestBaseline.trials()),
                compared);
    }

    private static String name(Baseline baseline) {
        return baseline.precision() + " ceiling";
    }

    /**
     * @param ceilings as many as there are rounds, or none
     * @param singles the same
     * @param baselines as many as there are rounds, or none
     */
    private static LoadRounds compare(
            Load load,
            List<Measurement> rounds,
            List<Ceiling.Result> ceilings,
            List<Ceiling.Result> singles,
            List<Ceiling.Result> baselines) {
        double[] ratios = ratios(rounds, ceilings);
        double[] baselineRatios = ratios(rounds, baselines);
        double[] added = new double[singles.size()];
        for (int i = 0; i < added.length; i++) {
            added[i] = rounds.get(i).latency().p50() - singles.get(i).run().p50();
        }
        boolean loneCaller = load.equals(new Closed(1));
        return new LoadRounds(
                median(rounds, Measurement::throughput),
                medianOfAny(ratios),
                Arrays.stream(ratios).boxed().toList(),
                medianOfAny(baselineRatios),
                Arrays.stream(baselineRatios).boxed().toList(),
                loneCaller ? medianOfAny(added) : null,
                loneCaller ? medianOfAny(aroundRun(rounds)) : null,
                List.copyOf(rounds));
    }

    private static double[] ratios(List<Measurement> rounds, List<Ceiling.Result> ceilings) {
        return IntStream.range(0, ceilings.size())
                .mapToDouble(i -> rounds.get(i).throughput() / ceilings.get(i).throughput())
                .toArray();
    }

    private static double[] aroundRun(List<Measurement> rounds) {
        return rounds.stream()
                .filter(round -> round.stages().containsKey(RUN))
                .mapToDouble(
                        round -> round.latency().p50() - round.stages().get(RUN).p50())
                .toArray();
    }

    private static @Nullable Double medianOfAny(double... values) {
        return values.length == 0 ? null : median(values);
    }

    /** The middle one. */
    static double median(double... values) {
        return median(Arrays.stream(values).boxed().toList(), Double::doubleValue);
    }

    /** The one with the middle value; of an even number the lower of the two, so that it is one that was measured. */
    static <T> T median(List<T> rounds, ToDoubleFunction<T> value) {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(value))
                .toList()
                .get((rounds.size() - 1) / 2);
    }
}
