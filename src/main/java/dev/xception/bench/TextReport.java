package dev.xception.bench;

import dev.xception.bench.Comparison.LoadRounds;
import dev.xception.bench.Measurement.Part;
import dev.xception.bench.Measurement.Usage;
import dev.xception.bench.Overload.RecoveryStart;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Results as text for people: Markdown, whose tables can be read as they are. */
public final class TextReport {

    private static final double MEBIBYTE = 1 << 20;
    private static final long ENOUGH_FOR_P999 = 1000;
    private static final List<String> STAGES = List.of("admit", "decode", "preprocess", "queue", "inference");

    private final Formatter out = new Formatter(Locale.ROOT);

    private TextReport() {}

    public static String of(Comparison.Result result) {
        TextReport report = new TextReport();
        if (result.ceiling() != null) {
            report.out.format(
                    "- ceiling: %.2f pictures/s in batches of %d, sessions at the same time: %d; one picture takes %.2f ms%n",
                    result.ceiling().median().throughput(),
                    result.ceiling().median().batchSize(),
                    result.ceiling().median().sessions(),
                    result.ceiling().single().run().p50());
        }
        if (result.baseline() != null) {
            report.out.format(
                    "- %s ceiling: %.2f pictures/s in batches of %d, sessions at the same time: %d%n",
                    result.baseline().precision(),
                    result.baseline().median().throughput(),
                    result.baseline().median().batchSize(),
                    result.baseline().median().sessions());
        }
        report.header("of ceiling");
        result.loads().forEach(load -> report.row(load.median(), load.ratio(), load.errors()));
        report.out.format("%n");
        for (LoadRounds load : result.loads()) {
            report.details(load.median());
            if (!load.ratios().isEmpty()) {
                report.out.format("  - of ceiling, round by round: %s%n", ratios(load.ratios()));
            }
            if (result.baseline() != null && load.baselineRatio() != null) {
                report.out.format(
                        "  - of the %s ceiling: %.3f, round by round: %s%n",
                        result.baseline().precision(), load.baselineRatio(), ratios(load.baselineRatios()));
            }
            if (load.addedMillis() != null) {
                report.out.format("  - median latency: %.2f ms above the session's own run%n", load.addedMillis());
            }
            if (load.aroundRunMillis() != null) {
                report.out.format("  - median latency: %.2f ms above the run in the server%n", load.aroundRunMillis());
            }
        }
        return report.out.toString();
    }

    public static String of(Overload.Result result) {
        TextReport report = new TextReport();
        report.header("of peak");
        report.row(result.rounds().getFirst().peak(), null);
        for (Overload.Round round : result.rounds()) {
            report.row(round.overloaded(), round.goodput());
            report.row(round.recovered(), round.recovery());
        }
        report.out.format(
                "%n- goodput, median: %.3f of the peaks before and after, %.3f of the peak before%n",
                result.median().goodput(), result.goodputOfPeak());
        result.rounds().forEach(report::details);
        return report.out.toString();
    }

    private static String ratios(List<Double> ratios) {
        return ratios.stream()
                .map(ratio -> String.format(Locale.ROOT, "%.3f", ratio))
                .collect(Collectors.joining(" "));
    }

    private void details(Overload.Round round) {
        Measurement overloaded = round.overloaded();
        details(overloaded);
        out.format(
                "  - goodput: %.3f of the peaks before and after, %.3f of the peak before%n",
                round.goodput(), round.goodputOfPeak());
        out.format(
                "  - refusals: %d, p50 %.2f ms, p99 %.2f ms%n",
                overloaded.refusals().count(),
                overloaded.refusals().p50(),
                overloaded.refusals().p99());
        out.format(
                "  - after their deadline: %d answers, the latest by %.1f ms%n",
                overloaded.errors().afterDeadline(), overloaded.errors().latestMillis());
        RecoveryStart start = round.recoveryStart();
        if (start != null) {
            out.format(
                    "  - recovery, from %.2f s after its end: %.2f of the peak before in the first second, %.2f in the second,"
                            + " %.2f in the next three%n",
                    start.afterOverload(), start.second1(), start.second2(), start.seconds3to5());
        }
        Double growth = round.residentGrowth();
        if (growth != null) {
            out.format("  - resident memory: within %.1f %% of second 10%n", 100 * growth);
        }
    }

    public static String of(Soak.Result result) {
        TextReport report = new TextReport();
        Measurement steady = result.steady();
        report.header("of capacity");
        report.row(result.capacity(), null);
        report.row(steady, result.ofCapacity(steady));
        report.row(result.capacityAfter(), result.ofCapacity(result.capacityAfter()));
        report.out.format("%n");
        report.details(steady);
        report.trend("resident memory", "MiB/h", result.residentMebibytesPerHour());
        report.out.format(
                "  - p99 in ms (of so many answers), part by part: %s%n",
                steady.parts().stream()
                        .map(Part::latency)
                        .map(part -> String.format(Locale.ROOT, "%.0f (%d)", part.p99(), part.count()))
                        .collect(Collectors.joining(", ")));
        report.trend("p99", "ms/min", result.p99MillisPerMinute());
        return report.out.toString();
    }

    private void trend(String name, String unit, @Nullable Trend trend) {
        if (trend != null) {
            out.format(
                    "  - %s: %+.2f %s, standard error %.2f: %s%n",
                    name,
                    trend.slope(),
                    unit,
                    trend.standardError(),
                    trend.isDistinctFromZero() ? "a trend" : "indistinguishable from zero");
        }
    }

    public static String of(List<Drain.Result> drains) {
        TextReport report = new TextReport();
        report.out.format(
                "%n| drain | answered | after SIGTERM | accepted before | refused | other | lost | exit code |%n");
        report.out.format(
                "| ----: | -------: | ------------: | --------------: | ------: | ----: | ---: | --------: |%n");
        for (int i = 0; i < drains.size(); i++) {
            Drain.Result drain = drains.get(i);
            long good = drain.answers().getOrDefault(LoadRecorder.OK, 0L);
            long refused = drain.answers().getOrDefault(LoadRecorder.OVERLOADED, 0L);
            long all =
                    drain.answers().values().stream().mapToLong(Long::longValue).sum();
            report.out.format(
                    "| %5d | %8d | %13d | %15d | %7d | %5d | %4d | %9d |%n",
                    i + 1,
                    good,
                    drain.answeredAfterSignal(),
                    drain.accepted(),
                    refused,
                    all - good - refused,
                    drain.lost(),
                    drain.exitCode());
        }
        boolean inGoodOrder = drains.stream().allMatch(Drain.Result::inGoodOrder);
        report.out.format("%n- %s%n", inGoodOrder ? "all in good order" : "NOT in good order");
        long untried = drains.stream().filter(drain -> drain.accepted() == 0).count();
        if (untried > 0) {
            report.out.format(
                    "- at %d of them nothing had been in flight for long enough to be known as accepted: more callers would show more%n",
                    untried);
        }
        return report.out.toString();
    }

    private void header(String ratio) {
        out.format(
                "%n| load                   | answers/s | %11s |  p50 ms |  p90 ms |  p99 ms | p99.9 ms | errors |%n",
                ratio);
        out.format(
                "| ---------------------- | --------: | ----------: | ------: | ------: | ------: | -------: | ------ |%n");
    }

    private void row(Measurement measurement, @Nullable Double ratio) {
        row(measurement, ratio, measurement.errors());
    }

    private void row(Measurement measurement, @Nullable Double ratio, Errors errors) {
        Latencies latency = measurement.latency();
        out.format("| %-22s | %9.2f | ", measurement.load(), measurement.throughput());
        if (ratio == null) {
            out.format("%11s", "");
        } else {
            out.format("%11.3f", ratio);
        }
        out.format(
                " | %7.2f | %7.2f | %7.2f | %8s | %s |%n",
                latency.p50(), latency.p90(), latency.p99(), p999(latency), text(errors));
    }

    /** Of fewer answers it would be the slowest of them. */
    private static String p999(Latencies latency) {
        return latency.count() < ENOUGH_FOR_P999 ? "-" : String.format(Locale.ROOT, "%.2f", latency.p999());
    }

    private static String text(Errors errors) {
        List<String> counts = new ArrayList<>();
        errors.byStatus().entrySet().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .forEach(entry -> counts.add(entry.getValue() + " x " + entry.getKey()));
        addIfAny(counts, errors.notAccepted(), "not accepted");
        addIfAny(counts, errors.lost(), "LOST");
        addIfAny(counts, errors.hungUp(), "hung up");
        addIfAny(counts, errors.unsent(), "unsent");
        return counts.isEmpty() ? "none" : String.join(", ", counts);
    }

    private static void addIfAny(List<String> counts, long count, String name) {
        if (count > 0) {
            counts.add(count + " " + name);
        }
    }

    private void details(Measurement measurement) {
        out.format("- %s%n", measurement.load());
        List<String> means = new ArrayList<>();
        for (String stage : STAGES) {
            Latencies times = measurement.stages().get(stage);
            if (times != null) {
                means.add(String.format(Locale.ROOT, "%s %.2f", stage, times.mean()));
            }
        }
        if (!means.isEmpty()) {
            out.format("  - stages in the server, mean ms: %s%n", String.join(", ", means));
        }
        Usage usage = measurement.usage();
        if (usage.serverCpuMillis() > 0) {
            out.format("  - processor time per answer: %.2f ms in the server%n", usage.serverCpuMillis());
        }
        if (usage.clientCpuMillis() > 0) {
            out.format("  - processor time per answer: %.2f ms in this client%n", usage.clientCpuMillis());
        }
        if (usage.residentBytes() > 0) {
            out.format("  - resident memory: %.0f MiB%n", usage.residentBytes() / MEBIBYTE);
        }
    }
}
