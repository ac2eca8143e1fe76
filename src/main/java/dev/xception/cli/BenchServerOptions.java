package dev.xception.cli;

import dev.xception.bench.ServerProcess;
import dev.xception.bench.WatchedProcess;
import dev.xception.serving.ServingSettings;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server is measured: one that runs, or one that is started for it. */
final class BenchServerOptions {

    private static final String MAIN_CLASS = "dev.xception.XceptionApplication";
    private static final String DEFAULT_URL = "http://127.0.0.1:8080";
    private static final String SESSIONS = "xception.session.count";
    private static final String THREADS = "xception.session.intra-op-threads";
    private static final String DEVICE = "xception.session.device-id";
    private static final String QUEUE_CAPACITY = "xception.batch.queue-capacity";
    private static final String MAX_BATCH_SIZE = "xception.batch.max-batch-size";

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "A server that runs on this machine (default: " + DEFAULT_URL + ").")
    @Nullable
    URI url;

    @Option(names = "--pid", paramLabel = "PID", description = "Its process, for its memory and processor time.")
    @Nullable
    Long pid;

    @Option(names = "--start", description = "Start one for the measurement, from this jar and on free ports.")
    boolean start;

    @Option(
            names = "--server-option",
            paramLabel = "KEY=VALUE",
            description = "A setting of the server. The ceiling has the same sessions: name theirs with --url too.")
    Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--java-option",
            paramLabel = "OPTION",
            description = "With --start: an option for the server's Java, such as --java-option=-Xmx1g.")
    List<String> javaOptions = List.of();

    /** The server while it is measured. */
    record Measured(
            URI address,
            @Nullable WatchedProcess process,
            @Nullable ServerProcess started) implements AutoCloseable {

        @Override
        public void close() {
            if (started != null) {
                started.close();
            }
        }
    }

    Measured open(ModelOptions model) throws IOException, InterruptedException {
        if (start) {
            ServerProcess server = start(model);
            return new Measured(server.address(), new WatchedProcess(server.handle()), server);
        }
        URI address = url == null ? URI.create(DEFAULT_URL) : url;
        if (pid == null) {
            return new Measured(address, null, null);
        }
        ProcessHandle process =
                ProcessHandle.of(pid).orElseThrow(() -> new CommandException("there is no process " + pid));
        return new Measured(address, new WatchedProcess(process), null);
    }

    ServerProcess start(ModelOptions model) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>();
        arguments.add("xception.model.directory=" + model.models.models.toAbsolutePath());
        arguments.add("xception.model.names=" + model.name);
        arguments.add("xception.model.precision=" + model.precision.precision.id());
        arguments.add("xception.model.verify-digest=" + model.models.verifyDigest);
        arguments.add("xception.session.provider=" + model.provider.name().toLowerCase(Locale.ROOT));
        settings.forEach((key, value) -> arguments.add(key + "=" + value));
        try {
            return ServerProcess.start(command(), arguments);
        } catch (IOException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
    }

    /** This program again: a jar by itself, or classes in folders and jars. */
    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(javaOptions);
        String classPath = System.getProperty("java.class.path");
        if (classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator)) {
            command.addAll(List.of("-jar", classPath));
        } else {
            command.addAll(List.of("-cp", classPath, MAIN_CLASS));
        }
        command.add("serve");
        return command;
    }

    /**
     * The same sessions and batches as the server's.
     *
     * @param inherited the environment variables that a server gets which is started; options outweigh them
     */
    ServingSettings serving(ModelOptions model, Map<String, String> inherited) {
        Map<String, String> values = inForce(inherited);
        return new ServingSettings(
                model.provider,
                number(values, SESSIONS, 0),
                number(values, THREADS, 0),
                number(values, DEVICE, 0),
                number(values, MAX_BATCH_SIZE, 0),
                Duration.ZERO,
                number(values, QUEUE_CAPACITY, Integer.MAX_VALUE),
                PictureOptions.LIMITS,
                true,
                null,
                null);
    }

    /** Fails where options contradict each other. */
    void check(boolean starts) {
        if (starts && pid != null) {
            throw new CommandException("--pid is for a server that runs already");
        }
        if (starts && url != null) {
            throw new CommandException("--url is for a server that runs already");
        }
        if (!starts && !javaOptions.isEmpty()) {
            throw new CommandException("--java-option is for a server that is started");
        }
    }

    /** Fails where the ceiling would have other processors than the server. */
    void checkProcessors() {
        if (javaOptions.stream().anyMatch(option -> option.contains("ActiveProcessorCount"))) {
            throw new CommandException(
                    "with ActiveProcessorCount the ceiling would use other processors than the server;"
                            + " run bench under taskset, or with --no-ceiling");
        }
    }

    /** What is set, whatever the spelling: a server that is started inherits environment variables, which options outweigh. */
    private Map<String, String> inForce(Map<String, String> inherited) {
        Map<String, String> values = new HashMap<>();
        if (start) {
            inherited.forEach((key, value) -> values.put(withoutSpelling(key), value));
        }
        settings.forEach((key, value) -> values.put(withoutSpelling(key), value));
        return values;
    }

    /** Spring reads {@code xception.session.intra-op-threads}, {@code intraOpThreads} and {@code XCEPTION_SESSION_INTRAOPTHREADS} alike. */
    private static String withoutSpelling(String key) {
        return key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    private static int number(Map<String, String> values, String key, int absent) {
        String value = values.getOrDefault(withoutSpelling(key), String.valueOf(absent));
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new CommandException(key + " must be a number, not '" + value + "'", e);
        }
    }
}
