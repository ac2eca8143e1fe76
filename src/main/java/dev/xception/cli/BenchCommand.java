package dev.xception.cli;

import dev.xception.bench.Client;
import dev.xception.bench.Comparison;
import dev.xception.bench.Comparison.Baseline;
import dev.xception.bench.Comparison.Schedule;
import dev.xception.bench.Drain;
import dev.xception.bench.Load;
import dev.xception.bench.Load.Closed;
import dev.xception.bench.Load.Open;
import dev.xception.bench.LoadGenerator;
import dev.xception.bench.Machine;
import dev.xception.bench.Overload;
import dev.xception.bench.Soak;
import dev.xception.bench.Target;
import dev.xception.bench.TextReport;
import dev.xception.model.Precision;
import dev.xception.serving.ServingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Measures a server on this machine. */
@Command(
        name = "bench",
        description =
                "Measure a server on this machine: throughput, latency, errors, and how near it comes to what its "
                        + "sessions can do.")
final class BenchCommand implements Callable<Integer> {

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();
    private static final List<Integer> CONCURRENCIES = List.of(1, 2, 4, 8);
    private static final int ROUNDS = 3;
    private static final Duration LONGEST_CAPACITY = Duration.ofSeconds(30);

    private final Terminal terminal;

    @Option(
            names = "--images",
            required = true,
            arity = "1..*",
            paramLabel = "IMAGE",
            description = "Pictures, folders or quoted patterns; they are sent in turn.")
    List<String> images;

    @Option(
            names = "--concurrency",
            split = ",",
            paramLabel = "N",
            description = "Closed loops of so many callers each (default: 1,2,4,8; none where there is a --rate).")
    @Nullable
    List<Integer> concurrencies;

    @Option(
            names = "--rate",
            split = ",",
            paramLabel = "R",
            description = "Open loops of so many requests per second, evenly spaced.")
    List<Double> rates = List.of();

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = TimeConverter.class,
            description = "How long each measurement takes (default: ${DEFAULT-VALUE}).")
    Duration duration;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            defaultValue = "20s",
            converter = TimeConverter.class,
            description =
                    "How long each load lasts before it is measured for the first time (default: ${DEFAULT-VALUE}).")
    Duration warmUp;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description =
                    "How often each is measured, in turns; the one of median throughput is shown, with the errors of all"
                            + " (default: " + ROUNDS + ").")
    @Nullable
    Integer rounds;

    @Option(
            names = "--ceiling",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Whether to measure what the sessions can do (default: true).")
    boolean ceiling;

    @Option(
            names = "--against",
            paramLabel = "PRECISION",
            description = "Another precision of the model, whose ceiling the server is compared with, too.")
    @Nullable
    Precision against;

    @ArgGroup
    @Nullable
    Trial trial;

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            defaultValue = "2s",
            converter = TimeConverter.class,
            description = "With --overload: the X-Request-Timeout of every request (default: ${DEFAULT-VALUE}).")
    Duration deadline;

    @Option(
            names = "--hang-up",
            description = "With --overload: callers do not say how long they wait, and hang up after --deadline.")
    boolean hangUp;

    @Option(names = "--json", description = "Print one JSON object with every round.")
    boolean json;

    @Option(names = "--json-file", paramLabel = "FILE", description = "Write that object to a file.")
    @Nullable
    Path jsonFile;

    @Mixin
    BenchServerOptions server;

    @Mixin
    ModelOptions model;

    /** Null until a server has said it. */
    private @Nullable BenchedModel served;

    /** Without these, the comparison with the ceiling. */
    static final class Trial {

        @Option(
                names = "--overload",
                paramLabel = "FACTOR",
                description =
                        "Offer so many times what the server can do, for --duration, and see it recover, in turns.")
        @Nullable
        Double overload;

        @Option(
                names = "--soak",
                paramLabel = "SHARE",
                description = "Offer this share of what the server can do, for --duration.")
        @Nullable
        Double soak;

        @Option(
                names = "--drain",
                paramLabel = "TIMES",
                description = "Start a server and send it SIGTERM under load, so many times.")
        @Nullable
        Integer drain;
    }

    /** The JSON form. */
    private record Report(
            Machine machine, String server, @Nullable BenchedModel model, Object result) {}

    BenchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        QuietLogging.start();
        server.check(server.start || (trial != null && trial.drain != null));
        if (trial != null && !rates.isEmpty()) {
            throw new CommandException("--rate is not for --overload, --soak or --drain");
        }
        if (trial != null && trial.overload == null && rounds != null) {
            throw new CommandException("--rounds is not for --soak or --drain");
        }
        if (hangUp && (trial == null || trial.overload == null)) {
            throw new CommandException("--hang-up is for --overload");
        }
        checkAgainst();
        if (trial != null && trial.drain != null && trial.drain < 1) {
            throw new CommandException("--drain needs at least one time, not " + trial.drain);
        }
        if (trial == null && ceiling) {
            server.checkProcessors();
        }
        if (jsonFile != null) {
            OutputFile.requireWritable(jsonFile);
        }
        List<byte[]> pictures = new ArrayList<>();
        for (Path picture : PictureFiles.find(images)) {
            pictures.add(NamedFile.readAllBytes(picture));
        }
        if (trial != null && trial.drain != null) {
            return drain(trial.drain, pictures);
        }
        try (BenchServerOptions.Measured measured = server.open(model)) {
            LoadGenerator generator = new LoadGenerator(pictures, measured.process());
            Target target = new Target(measured.address(), model.name, null, null);
            generator.obstacle(target).ifPresent(obstacle -> {
                throw new CommandException(obstacle);
            });
            served = BenchedModel.of(measured.address(), model.name);
            if (trial == null) {
                compare(generator, target, pictures);
            } else if (trial.overload != null) {
                overload(generator, target, trial.overload);
            } else if (trial.soak != null) {
                soak(generator, target, trial.soak);
            }
            return 0;
        }
    }

    private void checkAgainst() {
        if (against == null) {
            return;
        }
        if (trial != null || !ceiling) {
            throw new CommandException("--against is for a comparison with ceilings");
        }
        if (against == model.precision.precision) {
            throw new CommandException("--against needs another precision than --precision");
        }
    }

    private void compare(LoadGenerator generator, Target target, List<byte[]> pictures) throws IOException {
        if (!ceiling) {
            compare(target, new Comparison(generator, target, List.of(), null, this::progress));
            return;
        }
        ServingSettings settings = server.serving(model, System.getenv());
        try (BenchCeiling sessions = BenchCeiling.open(model.resolve(terminal), settings, pictures);
                BenchCeiling others = against == null
                        ? null
                        : BenchCeiling.open(model.resolve(against, terminal), settings, pictures)) {
            requireServed(target, sessions.model());
            Baseline baseline = null;
            if (against != null && others != null) {
                requireComparable(sessions.model(), others.model(), against);
                baseline = new Baseline(against.id(), others.ways());
            }
            compare(target, new Comparison(generator, target, sessions.ways(), baseline, this::progress));
        }
    }

    /** Fails where the server runs another graph than the ceiling, or elsewhere. */
    private void requireServed(Target target, BenchedModel own) {
        if (served == null) {
            throw new CommandException(target.server() + " does not say what it serves at /models/" + model.name
                    + ": --no-ceiling measures it all the same");
        }
        if (!served.equals(own)) {
            throw new CommandException(
                    "%s serves %s, but the ceiling would be that of %s".formatted(target.server(), served, own));
        }
    }

    /** Fails where the other ceiling is that of other weights, or elsewhere: a GPU's, say, for bytes that run on the CPU. */
    private static void requireComparable(BenchedModel own, BenchedModel other, Precision precision) {
        if (!other.equals(own.withPrecision(precision.id()))) {
            throw new CommandException(
                    "--against: %s is no measure for %s; --provider=cpu runs both on the CPU".formatted(other, own));
        }
    }

    private void compare(Target target, Comparison comparison) throws IOException {
        Comparison.Result result = comparison.run(loads(), schedule());
        report(target, result, TextReport.of(result));
    }

    private void overload(LoadGenerator generator, Target target, double factor) throws IOException {
        Target hurried = hangUp ? target.withPatience(deadline) : target.withTimeout(deadline);
        Overload.Result result = Overload.run(generator, target, hurried, busy(), factor, schedule(), this::progress);
        report(target, result, TextReport.of(result));
    }

    private void soak(LoadGenerator generator, Target target, double share) throws IOException {
        Duration capacity = duration.compareTo(LONGEST_CAPACITY) < 0 ? duration : LONGEST_CAPACITY;
        Soak.Result result =
                Soak.run(generator, target, busy(), share, new Schedule(1, warmUp, capacity), duration, this::progress);
        report(target, result, TextReport.of(result));
    }

    private int drain(int times, List<byte[]> pictures) throws IOException, InterruptedException {
        List<Drain.Result> results = new ArrayList<>();
        for (int i = 1; i <= times; i++) {
            progress("drain %d of %d".formatted(i, times));
            results.add(drainOnce(pictures));
        }
        report("started for each drain", results, TextReport.of(results));
        return results.stream().allMatch(Drain.Result::inGoodOrder) ? 0 : 1;
    }

    private Drain.Result drainOnce(List<byte[]> pictures) throws IOException, InterruptedException {
        try (var process = server.start(model);
                Client client = new Client(new Target(process.address(), model.name, null, null), pictures)) {
            served = BenchedModel.of(process.address(), model.name);
            return Drain.run(process, client, busy().concurrency());
        }
    }

    private Schedule schedule() {
        return new Schedule(rounds == null ? ROUNDS : rounds, warmUp, duration);
    }

    private List<Load> loads() {
        List<Load> loads = new ArrayList<>();
        List<Integer> closed = concurrencies != null ? concurrencies : rates.isEmpty() ? CONCURRENCIES : List.of();
        closed.forEach(concurrency -> loads.add(new Closed(concurrency)));
        rates.forEach(rate -> loads.add(new Open(rate, Open.MAX_IN_FLIGHT)));
        return loads;
    }

    /** As many callers as keep the server busy: the most that were named. */
    private Closed busy() {
        List<Integer> named = concurrencies == null ? CONCURRENCIES : concurrencies;
        return new Closed(named.stream().max(Integer::compare).orElse(CONCURRENCIES.getLast()));
    }

    private void progress(String line) {
        terminal.warn("bench: " + line);
    }

    private void report(Target target, Object result, String text) throws IOException {
        report(target.server().toString(), result, text);
    }

    private void report(String address, Object result, String text) throws IOException {
        Report report = new Report(Machine.here(), address, served, result);
        String head = "- machine: " + report.machine() + "\n" + (served == null ? "" : "- model: " + served + "\n");
        terminal.print(json ? JSON.writeValueAsString(report) : head + text);
        if (jsonFile != null) {
            try (OutputFile file = new OutputFile(jsonFile)) {
                file.stream().write(JSON.writeValueAsBytes(report));
                file.commit();
            }
        }
    }
}
