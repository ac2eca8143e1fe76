package dev.xception.bench;

import dev.xception.bench.Ceiling.Way;
import dev.xception.bench.Load.Closed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A server under several loads, and the ceiling beside it, in turns: ceiling, server, ceiling, server, ceiling. One idles while
 * the other is measured. What the server does in a round is held against the mean of the ceilings before and after, because a
 * machine that changes its speed changes all three.
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
     * The ceiling.
     *
     * @param median of the fastest way
     * @param single the median of single pictures, for latency
     * @param rounds all of the fastest way: one before each round, and one after the last
     */
    public record CeilingResult(Ceiling.Result median, Ceiling.Result single, List<Ceiling.Result> rounds) {}

    /**
     * One load's rounds.
     *
     * @param median the round with the median throughput
     * @param ratio the median of the ratios; without a ceiling none
     * @param ratios of throughput to the mean of the ceilings before and after, round by round; without a ceiling none
     * @param addedMillis for a single caller: the median, over the rounds, of its median latency above that of the session's
     *     own run of one picture before and after; for other loads and without a ceiling none
     */
    public record LoadRounds(
            Measurement median,
            @Nullable Double ratio,
            List<Double> ratios,
            @Nullable Double addedMillis,
            List<Measurement> rounds) {}

    /** The result. */
    public record Result(@Nullable CeilingResult ceiling, List<LoadRounds> loads) {}

    private final LoadGenerator generator;
    private final Target target;
    private final List<Way> ways;
    private final Consumer<String> progress;

    /**
     * @param ways those in which the server may run pictures, first that of a lone one: the fastest is the ceiling; none for no
     *     ceiling
     * @param progress told what is measured next
     */
    public Comparison(LoadGenerator generator, Target target, List<Way> ways, Consumer<String> progress) {
        this.generator = generator;
        this.target = target;
        this.ways = List.copyOf(ways);
        this.progress = progress;
    }

    public Result run(List<Load> loads, Schedule schedule) {
        CeilingRounds ceiling = ways.isEmpty() ? null : new CeilingRounds(ways, schedule, progress);
        List<List<Measurement>> measured =
                loads.stream().<List<Measurement>>map(load -> new ArrayList<>()).toList();
        for (int round = 1; round <= schedule.rounds(); round++) {
            String name = "round %d of %d".formatted(round, schedule.rounds());
            if (ceiling != null) {
                ceiling.measure(name);
            }
            Duration before = round == 1 ? schedule.warmUp() : schedule.settling();
            for (int i = 0; i < loads.size(); i++) {
                progress.accept(name + ": " + loads.get(i));
                measured.get(i).add(generator.measure(target, loads.get(i), before, schedule.duration()));
            }
        }
        if (ceiling != null) {
            ceiling.measure("after the last round");
        }
        List<LoadRounds> compared = new ArrayList<>();
        for (int i = 0; i < loads.size(); i++) {
            compared.add(compare(loads.get(i), measured.get(i), ceiling));
        }
        return new Result(ceiling == null ? null : ceiling.result(), compared);
    }

    private static LoadRounds compare(Load load, List<Measurement> rounds, @Nullable CeilingRounds ceiling) {
        List<Double> ratios = ceiling == null ? List.of() : ceiling.ratios(rounds);
        boolean lone = load.equals(new Closed(1));
        return new LoadRounds(
                median(rounds, Measurement::throughput),
                ratios.isEmpty() ? null : median(ratios),
                ratios,
                ceiling != null && lone ? median(ceiling.addedMillis(rounds)) : null,
                List.copyOf(rounds));
    }

    /** The middle one. */
    static double median(List<Double> values) {
        return median(values, Double::doubleValue);
    }

    /** The one with the middle value; of an even number the lower of the two, so that it is one that was measured. */
    static <T> T median(List<T> rounds, ToDoubleFunction<T> value) {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(value))
                .toList()
                .get((rounds.size() - 1) / 2);
    }
}
