package dev.xception.bench;

import dev.xception.bench.Ceiling.Way;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The fastest of a server's ways to run pictures, found by short trials in turns: a machine that is slow for a while is not slow
 * for one way alone.
 *
 * @param trials of all ways; none where there is only one
 */
record FastestWay(Way way, List<Trials> trials) {

    private static final int TURNS = 3;

    /**
     * What one way has shown.
     *
     * @param throughput the median
     * @param throughputs trial by trial
     */
    public record Trials(int sessions, int batchSize, double throughput, List<Double> throughputs) {

        private static Trials of(List<Ceiling.Result> results) {
            Ceiling.Result first = results.getFirst();
            List<Double> throughputs =
                    results.stream().map(Ceiling.Result::throughput).toList();
            return new Trials(
                    first.sessions(),
                    first.batchSize(),
                    Comparison.median(throughputs, Double::doubleValue),
                    throughputs);
        }
    }

    /**
     * Tries all of them together for as long as one measurement takes.
     *
     * @param name of the ceiling, for {@code progress}
     */
    static FastestWay of(String name, List<Way> ways, Comparison.Schedule schedule, Consumer<String> progress) {
        if (ways.size() == 1) {
            return new FastestWay(ways.getFirst(), List.of());
        }
        Duration settling = schedule.settling().dividedBy(TURNS);
        Duration duration = schedule.duration().dividedBy((long) TURNS * ways.size());
        List<List<Ceiling.Result>> results = ways.stream()
                .<List<Ceiling.Result>>map(way -> new ArrayList<>())
                .toList();
        for (int turn = 1; turn <= TURNS; turn++) {
            for (int i = 0; i < ways.size(); i++) {
                progress.accept("%s, trial %d of %d: %s".formatted(name, turn, TURNS, ways.get(i)));
                results.get(i).add(ways.get(i).measure(settling, duration));
            }
        }
        List<Trials> trials = results.stream().map(Trials::of).toList();
        int fastest = IntStream.range(0, ways.size())
                .boxed()
                .max(Comparator.comparingDouble(i -> trials.get(i).throughput()))
                .orElseThrow();
        return new FastestWay(ways.get(fastest), trials);
    }
}
