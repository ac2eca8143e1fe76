package dev.xception.cli;

import dev.xception.inference.ExecutionProvider;
import dev.xception.inference.InferenceSession;
import dev.xception.inference.SessionConfig;
import dev.xception.model.Labels;
import dev.xception.model.Labels.Label;
import dev.xception.model.ModelDescriptor;
import dev.xception.model.NewModel;
import dev.xception.model.Precision;
import dev.xception.model.WeightsSource;
import dev.xception.modelimport.HeadActivation;
import dev.xception.modelimport.ImportOptions;
import dev.xception.modelimport.ImportReport;
import dev.xception.modelimport.InputSize;
import dev.xception.modelimport.KerasImporter;
import dev.xception.modelimport.Normalization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a Keras file a model that can be served. */
@Command(name = "import", description = "Import a Keras classifier (.h5, .hdf5, .keras) as a model of its own.")
final class ImportCommand implements Callable<Integer> {

    private static final String IMAGENET = "imagenet";
    private static final double MEGABYTE = 1e6;

    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "The Keras file.")
    Path file;

    @Option(names = "--name", required = true, paramLabel = "NAME", description = "What the model will be called.")
    String name;

    @Option(
            names = "--labels",
            paramLabel = "FILE|imagenet",
            description = "One label a line, in the order of the classes; imagenet for its 1000. Default: numbers.")
    @Nullable
    String labels;

    @Option(
            names = "--input-size",
            paramLabel = "N",
            description = "Width and height in pixels. Default: the file's own.")
    @Nullable
    Integer inputSize;

    @Option(
            names = "--normalization",
            paramLabel = "NORMALIZATION",
            description =
                    "What the model was trained on: inception (-1..1), imagenet (mean and deviation), caffe (blue before red,"
                            + " less the mean), unit (0..1) or none (0..255). Default: the rescaling in the file, else inception.")
    @Nullable
    Normalization normalization;

    @Option(
            names = "--activation",
            paramLabel = "auto|none",
            defaultValue = "auto",
            description = "auto gives a head without softmax or sigmoid one; none leaves it (default: auto).")
    HeadActivation activation;

    @Option(
            names = "--topology",
            paramLabel = "FILE",
            description = "The model's JSON (model.to_json()), for a file that holds weights alone.")
    @Nullable
    Path topology;

    @Option(
            names = "--precision",
            split = ",",
            paramLabel = "fp32|fp16",
            defaultValue = "fp32",
            description = "The graphs to make: fp32, fp16 (for GPUs) or fp32,fp16 (default: ${DEFAULT-VALUE}).")
    Set<Precision> precisions;

    @Option(names = "--force", description = "Replace a model of that name and all its graphs.")
    boolean force;

    @Mixin
    ModelsOption models;

    ImportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        QuietLogging.start();
        if (precisions.contains(Precision.INT8)) {
            throw new CommandException("--precision: an int8 graph is made by quantize");
        }
        requireNoFolder(file);
        if (topology != null) {
            requireNoFolder(topology);
        }
        Labels given =
                labels == null ? null : labels.equals(IMAGENET) ? Labels.imagenet() : Labels.read(Path.of(labels));
        ImportOptions options = ImportOptions.named(name)
                .withInputSize(inputSize == null ? null : InputSize.square(inputSize))
                .withNormalization(normalization)
                .withActivation(activation)
                .withTopology(topology)
                .withLabelsSha256(given == null ? null : given.sha256());
        try (NewModel model = models.directory().create(name, force)) {
            ImportReport report = importGraphs(options, model);
            if (given != null && given.size() != report.classes()) {
                throw new CommandException("the model has " + report.classes() + " classes, but " + labels + " has "
                        + given.size() + " labels");
            }
            for (Precision precision : precisions) {
                requireRunnable(model.onnx(precision));
            }
            String weightsFile =
                    ModelDescriptor.plainFileName(file.getFileName().toString());
            // Where the weights lie beside the graph, it can be made anew.
            model.put(KerasImporter.topologyName(weightsFile), report.topologyFile());
            Path folder =
                    model.commit(descriptor(report, weightsFile), given == null ? numbered(report.classes()) : given);
            tell(report, folder);
            return 0;
        }
    }

    /** One for each precision; but for that their reports are alike. */
    private ImportReport importGraphs(ImportOptions options, NewModel model) throws IOException {
        List<ImportReport> reports = new ArrayList<>();
        for (Precision precision : precisions) {
            var format = dev.xception.modelimport.Precision.valueOf(precision.name());
            reports.add(KerasImporter.importModel(file, options.withPrecision(format), model.onnx(precision)));
        }
        return reports.getFirst();
    }

    private static void requireNoFolder(Path file) {
        if (Files.isDirectory(file)) {
            throw new CommandException(file + ": Is a directory");
        }
    }

    /** Opens the new graph, so that a model that cannot run is never put in place. */
    private static void requireRunnable(Path onnx) {
        InferenceSession.open(onnx, new SessionConfig(ExecutionProvider.CPU, 1)).close();
    }

    private ModelDescriptor descriptor(ImportReport report, String weightsFile) throws IOException {
        return new ModelDescriptor(
                name,
                new WeightsSource(
                        weightsFile, Files.size(file), Objects.requireNonNull(report.sourceSha256()), List.of()),
                "unknown",
                new ModelDescriptor.Input(report.width(), report.height(), report.channels()),
                id(report.normalization()),
                id(activation),
                ModelDescriptor.Preprocessing.DEFAULT,
                Labels.FILE);
    }

    private static Labels numbered(int classes) {
        return new Labels(IntStream.range(0, classes)
                .mapToObj(index -> new Label("", "class " + index))
                .toList());
    }

    private static String id(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private void tell(ImportReport report, Path folder) throws IOException {
        List<String> graphs = new ArrayList<>();
        for (Precision precision : precisions) {
            Path onnx = folder.resolve(precision.fileName(name));
            graphs.add(String.format(Locale.ROOT, "%s, %.1f MB", onnx, Files.size(onnx) / MEGABYTE));
        }
        terminal.print(String.format(
                Locale.ROOT,
                "%s: uint8 [%d, %d, %d] in, %d classes out, normalization %s%s; %s",
                name,
                report.height(),
                report.width(),
                report.channels(),
                report.classes(),
                id(report.normalization()),
                report.added() == null ? "" : ", " + report.added() + " added",
                String.join("; ", graphs)));
        if (labels == null) {
            terminal.warn("no --labels: the classes are numbered in " + folder.resolve(Labels.FILE));
        }
        if (!report.hasFeatures()) {
            terminal.warn("the model has no activation map before a global average: no features, no embedding");
        }
    }
}
