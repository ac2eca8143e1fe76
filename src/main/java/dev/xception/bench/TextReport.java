package dev.xception.bench;

import dev.xception.bench.Comparison.CeilingRounds;
import dev.xception.bench.Comparison.LoadRounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Results as lines for people. */
public final class TextReport {

    private static final double MEBIBYTE = 1 << 20;
    private static final List<String> STAGES = List.of("admit", "decode", "preprocess", "queue", "inference");

    private TextReport() {}

    public static List<String> lines(Comparison.Result result) {
        List<String> lines = new ArrayList<>();
        CeilingRounds ceiling = result.ceiling();
        if (ceiling != null) {
            lines.add(String.format(
                    Locale.ROOT,
                    "ceiling   %.2f pictures/s in batches of %d; one picture takes the session %.2f ms",
                    ceiling.median().throughput(),
                    ceiling.median().batchSize(),
                    ceiling.single().run().p50()));
        }
        lines.add("");
        lines.add(header());
        for (LoadRounds load : result.loads()) {
            lines.add(row(load.median(), load.ratio()));
        }
        for (LoadRounds load : result.loads()) {
            lines.addAll(details(load.median()));
            if (load.addedMillis() != null) {
                lines.add(String.format(
                        Locale.ROOT, "  median latency is %.2f ms above the session's own run", load.addedMillis()));
            }
        }
        return lines;
    }

    public static List<String> lines(Overload.Result result) {
        List<String> lines = new ArrayList<>();
        lines.add(header());
        lines.add(row(result.peak(), null));
        lines.add(row(result.overloaded(), result.goodput()));
        lines.add(row(result.recovered(), result.recovery()));
        lines.addAll(details(result.overloaded()));
        Latencies refusals = result.overloaded().refusals();
        lines.add(String.format(
                Locale.ROOT,
                "  refusals   %d, p50 %.2f ms, p99 %.2f ms",
                refusals.count(),
                refusals.p50(),
                refusals.p99()));
        lines.add(String.format(
                Locale.ROOT,
                "  late       %d answers after the deadline, the latest by %.1f ms",
                result.overloaded().errors().afterDeadline(),
                result.overloaded().errors().latestMillis()));
        lines.add(
                String.format(Locale.ROOT, "  memory     within %.1f %% of second 10", 100 * result.residentGrowth()));
        return lines;
    }

    public static List<String> lines(Soak.Result result) {
        List<String> lines = new ArrayList<>();
        lines.add(header());
        lines.add(row(result.capacity(), null));
        lines.add(row(
                result.steady(),
                result.steady().throughput() / result.capacity().throughput()));
        lines.addAll(details(result.steady()));
        Trend trend = result.residentMebibytesPerHour();
        if (trend != null) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  memory     %+.2f MiB/h, standard error %.2f: %s",
                    trend.slope(),
                    trend.standardError(),
                    trend.isDistinctFromZero() ? "a trend" : "indistinguishable from zero"));
        }
        lines.add(result.steady().timeline().stream()
                .map(moment -> String.format(Locale.ROOT, "%.0f", moment.p99()))
                .collect(Collectors.joining(" ", "  p99 ms     ", "")));
        return lines;
    }

    public static List<String> drainLines(List<Drain.Result> drains) {
        List<String> lines = new ArrayList<>();
        lines.add("drain   answered   after SIGTERM   refused   lost   exit code");
        for (int i = 0; i < drains.size(); i++) {
            Drain.Result drain = drains.get(i);
            long good = drain.answers().getOrDefault(LoadRecorder.OK, 0L);
            long all =
                    drain.answers().values().stream().mapToLong(Long::longValue).sum();
            lines.add(String.format(
                    Locale.ROOT,
                    "%5d %10d %15d %9d %6d %11d",
                    i + 1,
                    good,
                    drain.answeredAfterSignal(),
                    all - good,
                    drain.lost(),
                    drain.exitCode()));
        }
        return lines;
    }

    private static String header() {
        return String.format(
                Locale.ROOT,
                "%-22s %9s %7s %9s %9s %9s %9s   %s",
                "load",
                "answers/s",
                "ratio",
                "p50 ms",
                "p90 ms",
                "p99 ms",
                "p99.9 ms",
                "errors");
    }

    private static String row(Measurement measurement, @Nullable Double ratio) {
        Latencies latency = measurement.latency();
        return String.format(
                Locale.ROOT,
                "%-22s %9.2f %7s %9.2f %9.2f %9.2f %9.2f   %s",
                measurement.load(),
                measurement.throughput(),
                ratio == null ? "" : String.format(Locale.ROOT, "%.3f", ratio),
                latency.p50(),
                latency.p90(),
                latency.p99(),
                latency.p999(),
                errors(measurement.errors()));
    }

    private static String errors(Errors errors) {
        List<String> counts = new ArrayList<>();
        errors.byStatus().forEach((status, count) -> counts.add(count + " x " + status));
        counts.sort(null);
        named(counts, errors.notAccepted(), "not accepted");
        named(counts, errors.lost(), "LOST");
        named(counts, errors.unsent(), "unsent");
        return counts.isEmpty() ? "none" : String.join(", ", counts);
    }

    private static void named(List<String> counts, long count, String name) {
        if (count > 0) {
            counts.add(count + " " + name);
        }
    }

    private static List<String> details(Measurement measurement) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(measurement.load() + ":");
        Map<String, Latencies> stages = measurement.stages();
        List<String> times = new ArrayList<>();
        for (String stage : STAGES) {
            Latencies taken = stages.get(stage);
            if (taken != null) {
                times.add(String.format(Locale.ROOT, "%s %.2f", stage, taken.mean()));
            }
        }
        if (!times.isEmpty()) {
            lines.add("  stages     " + String.join(", ", times) + " (mean ms)");
        }
        lines.add(String.format(
                Locale.ROOT,
                "  processor  %.2f ms per answer in the server, %.2f ms in this client",
                measurement.usage().serverCpuMillis(),
                measurement.usage().clientCpuMillis()));
        if (measurement.usage().residentBytes() > 0) {
            lines.add(String.format(
                    Locale.ROOT, "  resident   %.0f MiB", measurement.usage().residentBytes() / MEBIBYTE));
        }
        return lines;
    }
}
