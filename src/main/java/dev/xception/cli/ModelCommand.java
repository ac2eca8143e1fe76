package dev.xception.cli;

import dev.xception.model.ModelDescriptor;
import dev.xception.model.ServableModel;
import dev.xception.modelimport.LayerSummary;
import dev.xception.modelimport.ModelSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a model is. */
@Command(name = "model", description = "What a model is: its size, its input, its classes and its layers.")
final class ModelCommand implements Callable<Integer> {

    private static final double MEGABYTE = 1e6;

    private final Terminal terminal;

    @Parameters(
            paramLabel = "NAME",
            arity = "0..1",
            defaultValue = "xception",
            description = "The model (default: ${DEFAULT-VALUE}).")
    String name;

    @Option(names = "--layers", description = "List the Keras layers too.")
    boolean withLayers;

    @Mixin
    PrecisionOption precision;

    @Mixin
    ModelsOption models;

    ModelCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        QuietLogging.start();
        ServableModel model = Preparation.prepare(models.directory(), name, precision.precision, terminal);
        ModelSummary summary = ModelSummary.read(model.onnx());
        ModelDescriptor.Input input = model.descriptor().input();
        row("name", model.name());
        row("version", model.version());
        row("precision", model.precision().id());
        row("file", model.onnx() + String.format(Locale.ROOT, ", %.1f MB", Files.size(model.onnx()) / MEGABYTE));
        row("input", "uint8 [%d, %d, %d]".formatted(input.height(), input.width(), input.channels()));
        row("normalization", model.metadata().getOrDefault("xception.normalization", "unknown"));
        row("classes", String.valueOf(model.labels().size()));
        row(
                "parameters",
                number(summary.parameters()) + ", " + number(summary.trainableParameters()) + " of them trainable");
        row("multiply-adds", number(summary.multiplyAdds()) + " per picture");
        if (withLayers) {
            terminal.print("");
            printLayers(summary.layers());
        }
        return 0;
    }

    private void row(String title, String value) {
        terminal.print("%-13s  %s".formatted(title, value));
    }

    /** Commas between thousands, whatever the locale. */
    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private void printLayers(List<LayerSummary> layers) {
        String format = "%-" + width(layers, "layer", LayerSummary::name)
                + "s  %-" + width(layers, "class", LayerSummary::className)
                + "s  %-" + width(layers, "output", LayerSummary::outputShape)
                + "s  %12s  %15s";
        terminal.print(String.format(format, "layer", "class", "output", "parameters", "multiply-adds"));
        for (LayerSummary layer : layers) {
            terminal.print(String.format(
                    Locale.ROOT,
                    format,
                    layer.name(),
                    layer.className(),
                    layer.outputShape(),
                    number(layer.parameters()),
                    number(layer.multiplyAdds())));
        }
    }

    private static int width(List<LayerSummary> layers, String title, Function<LayerSummary, String> column) {
        return layers.stream().mapToInt(layer -> column.apply(layer).length()).reduce(title.length(), Math::max);
    }
}
