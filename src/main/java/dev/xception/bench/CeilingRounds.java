package dev.xception.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The ceiling as it was before each round and after the last: of the fastest way, and of single pictures, for latency. */
final class CeilingRounds {

    private final Ceiling.Way fastest;
    private final Ceiling.Way single;
    private final Comparison.Schedule schedule;
    private final Consumer<String> progress;
    private final List<Ceiling.Result> fastestResults = new ArrayList<>();
    private final List<Ceiling.Result> singleResults = new ArrayList<>();

    /**
     * Measures each way once, to see which is fastest.
     *
     * @param ways at least one; single pictures run in the first
     */
    CeilingRounds(List<Ceiling.Way> ways, Comparison.Schedule schedule, Consumer<String> progress) {
        this.schedule = schedule;
        this.progress = progress;
        this.single = ways.getFirst();
        this.fastest = fastest(ways);
    }

    private Ceiling.Way fastest(List<Ceiling.Way> ways) {
        Ceiling.Way best = ways.getFirst();
        double most = 0;
        for (Ceiling.Way way : ways) {
            progress.accept("ceiling, " + way);
            double throughput = way.measure(
                            schedule.settling(), schedule.duration().dividedBy(ways.size()))
                    .throughput();
            if (throughput > most) {
                most = throughput;
                best = way;
            }
        }
        return best;
    }

    /** @param when for progress */
    void measure(String when) {
        progress.accept(when + ": ceiling");
        fastestResults.add(fastest.measure(schedule.settling(), schedule.duration()));
        progress.accept(when + ": ceiling, one picture at a time");
        singleResults.add(single.measure(schedule.settling(), schedule.duration()));
    }

    /**
     * What a load's rounds reached of the ceiling.
     *
     * @return for each round its throughput, as a share of the mean of the ceilings before and after
     */
    List<Double> ratios(List<Measurement> rounds) {
        return IntStream.range(0, rounds.size())
                .mapToObj(i -> rounds.get(i).throughput() / mean(fastestResults, i, Ceiling.Result::throughput))
                .toList();
    }

    /**
     * What a lone caller waits for apart from the session.
     *
     * @return for each round its median latency less the session's median run of one picture before and after, in milliseconds
     */
    List<Double> addedMillis(List<Measurement> rounds) {
        return IntStream.range(0, rounds.size())
                .mapToObj(i -> rounds.get(i).latency().p50()
                        - mean(singleResults, i, result -> result.run().p50()))
                .toList();
    }

    /** Of before and after a round. */
    private static double mean(List<Ceiling.Result> results, int round, ToDoubleFunction<Ceiling.Result> value) {
        return (value.applyAsDouble(results.get(round)) + value.applyAsDouble(results.get(round + 1))) / 2;
    }

    Comparison.CeilingResult result() {
        return new Comparison.CeilingResult(
                Comparison.median(fastestResults, Ceiling.Result::throughput),
                Comparison.median(singleResults, Ceiling.Result::throughput),
                List.copyOf(fastestResults));
    }
}
