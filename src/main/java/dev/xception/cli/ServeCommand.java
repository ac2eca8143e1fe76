package dev.xception.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Starts the HTTP server. */
@Command(
        name = "serve",
        description = "Serve models over HTTP. Every other --key=value is a setting, such as --server.port=9090.")
final class ServeCommand implements Callable<Integer> {

    private final Server server;

    @Spec
    CommandSpec spec;

    @Option(names = "--models", paramLabel = "DIR", description = "Folder with one folder per model.")
    @Nullable
    Path models;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            split = ",",
            description = "Models to serve; the first is the default one.")
    List<String> names = List.of();

    @Unmatched
    List<String> settings = new ArrayList<>();

    ServeCommand(Server server) {
        this.server = server;
    }

    @Override
    public Integer call() {
        List<String> arguments = new ArrayList<>();
        for (String setting : settings) {
            if (!setting.startsWith("--")) {
                throw new ParameterException(spec.commandLine(), "'" + setting + "' is no setting: write --key=value");
            }
            arguments.add(setting);
        }
        if (models != null) {
            arguments.add("--xception.model.directory=" + models);
        }
        if (!names.isEmpty()) {
            arguments.add("--xception.model.names=" + String.join(",", names));
        }
        return server.start(arguments.toArray(String[]::new));
    }
}
