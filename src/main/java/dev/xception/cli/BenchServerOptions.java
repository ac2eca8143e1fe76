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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server is measured: one that runs, or one that is started for it. */
final class BenchServerOptions {

    private static final String MAIN_CLASS = "dev.xception.XceptionApplication";
    private static final String SESSIONS = "xception.session.count";
    private static final String THREADS = "xception.session.intra-op-threads";
    private static final String DEVICE = "xception.session.device-id";
    private static final String QUEUE_CAPACITY = "xception.batch.queue-capacity";
    private static final String MAX_BATCH_SIZE = "xception.batch.max-batch-size";

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "A server that runs on this machine (default: ${DEFAULT-VALUE}).")
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
        if (pid == null) {
            return new Measured(url, null, null);
        }
        ProcessHandle process =
                ProcessHandle.of(pid).orElseThrow(() -> new CommandException("there is no process " + pid));
        return new Measured(url, new WatchedProcess(process), null);
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

    /** The same sessions and batches as the server's. */
    ServingSettings serving(ModelOptions model) {
        return new ServingSettings(
                model.provider,
                number(SESSIONS, 0),
                number(THREADS, 0),
                number(DEVICE, 0),
                number(MAX_BATCH_SIZE, 0),
                Duration.ZERO,
                number(QUEUE_CAPACITY, Integer.MAX_VALUE),
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
        if (!starts && !javaOptions.isEmpty()) {
            throw new CommandException("--java-option is for a server that is started");
        }
    }

    private int number(String key, int absent) {
        try {
            return settings.containsKey(key) ? Integer.parseInt(settings.get(key)) : absent;
        } catch (NumberFormatException e) {
            throw new CommandException(key + " must be a number, not '" + settings.get(key) + "'", e);
        }
    }
}
