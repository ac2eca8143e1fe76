package dev.xception.cli;

import dev.xception.model.ModelDirectory;
import dev.xception.model.ServableModel;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Does ahead of time what a first start would do. */
@Command(
        name = "prefetch",
        description = "Download and import models, so that a later start is fast: for init containers and images.")
final class PrefetchCommand implements Callable<Integer> {

    private static final double MEGABYTE = 1e6;
    private static final double NANOS = 1e9;

    private final Terminal terminal;

    @Parameters(
            paramLabel = "NAME",
            arity = "0..*",
            split = ",",
            defaultValue = "${env:XCEPTION_MODEL_NAMES:-xception}",
            description = "The models (default: ${DEFAULT-VALUE}).")
    List<String> names;

    @Mixin
    PrecisionOption precision;

    @Mixin
    ModelsOption models;

    PrefetchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        QuietLogging.start();
        ModelDirectory directory = models.directory();
        for (String name : names) {
            long start = System.nanoTime();
            ServableModel model = Preparation.prepare(directory, name.strip(), precision.precision, terminal);
            terminal.print(String.format(
                    Locale.ROOT,
                    "%s %s: %s, %.1f MB, ready after %.1f s",
                    model.name(),
                    model.version(),
                    model.onnx(),
                    Files.size(model.onnx()) / MEGABYTE,
                    (System.nanoTime() - start) / NANOS));
        }
        return 0;
    }
}
