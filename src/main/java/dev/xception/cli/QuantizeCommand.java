package dev.xception.cli;

import dev.xception.image.Filter;
import dev.xception.image.Fit;
import dev.xception.image.ImageDecoder;
import dev.xception.image.InputShape;
import dev.xception.image.InvalidImageException;
import dev.xception.image.Preprocessor;
import dev.xception.image.RgbImage;
import dev.xception.model.DirectoryLock;
import dev.xception.model.ModelDescriptor;
import dev.xception.model.ModelDirectory;
import dev.xception.model.Precision;
import dev.xception.model.ServableModel;
import dev.xception.modelimport.quantisation.CalibrationMethod;
import dev.xception.modelimport.quantisation.FloatLayers;
import dev.xception.modelimport.quantisation.LayerNoise;
import dev.xception.modelimport.quantisation.QuantisationOptions;
import dev.xception.modelimport.quantisation.QuantisationReport;
import dev.xception.modelimport.quantisation.Quantiser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes the int8 graph of a model. */
@Command(
        name = "quantize",
        description = "Make a model's int8 graph: integer arithmetic, calibrated with pictures, checked against float.")
final class QuantizeCommand implements Callable<Integer> {

    private static final String AUTO = "auto";
    private static final Pattern NUMBER = Pattern.compile("\\d{1,6}");
    private static final int MOST_COMPARED = 256;
    /** One in so many pictures is kept for the comparison. */
    private static final int HELD_BACK = 5;

    private static final double MEGABYTE = 1e6;

    private final Terminal terminal;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "xception",
            description = "The model (default: ${DEFAULT-VALUE}).")
    String name;

    @Option(
            names = "--images",
            required = true,
            paramLabel = "DIR",
            description = "Pictures like those that will be classified.")
    String images;

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "64",
            description =
                    "How many of them to calibrate with (default: ${DEFAULT-VALUE}), four fifths at most. The others are"
                            + " compared on.")
    int samples;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            defaultValue = "output",
            description =
                    "How ranges are chosen: minmax, percentile, entropy, mse or output (default: ${DEFAULT-VALUE}).")
    CalibrationMethod method;

    @Option(
            names = "--keep-float",
            paramLabel = "N|NAME,...|auto",
            defaultValue = AUTO,
            description =
                    "Layers that stay float: so many, those that cost the model most; or these; auto: as many as the agreement"
                            + " needs.")
    String keepFloat;

    @Option(
            names = "--min-agreement",
            paramLabel = "SHARE",
            defaultValue = "0.9",
            description = "The least share of pictures in the float model's class, else nothing is written (default:"
                    + " ${DEFAULT-VALUE}).")
    double minAgreement;

    @Option(
            names = "--weight-bits",
            paramLabel = "7|8",
            defaultValue = "8",
            description = "7 is faster on x86 processors without VNNI (default: ${DEFAULT-VALUE}).")
    int weightBits;

    @Option(names = "--layers", description = "Print the signal to noise ratio at each layer.")
    boolean withLayers;

    @Mixin
    PictureOptions pictures;

    @Mixin
    ModelsOption models;

    QuantizeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        QuietLogging.start();
        QuantisationOptions options =
                new QuantisationOptions(method, floatLayers(), minAgreement, weightBits, withLayers);
        if (samples < 1) {
            throw new CommandException("--samples must be at least 1, not " + samples);
        }
        ModelDirectory directory = models.directory();
        Path int8 = Preparation.prepare(directory, name, Precision.FP32, terminal)
                .onnx()
                .resolveSibling(Precision.INT8.fileName(name));
        // The graph in the making has one name, whoever makes it.
        try (DirectoryLock _ = directory.lock(name)) {
            OutputFile.requireWritable(int8);
            // Another may have been imported in its place meanwhile.
            ServableModel model = directory.servable(name, Precision.FP32);
            if (model == null) {
                throw new CommandException("model " + name + " was changed meanwhile: quantize it again");
            }
            tell(quantise(model, options, int8), int8);
        }
        return 0;
    }

    private QuantisationReport quantise(ServableModel model, QuantisationOptions options, Path int8)
            throws IOException {
        InputPictures input = new InputPictures(model.descriptor());
        List<Path> found = PictureFiles.find(List.of(images));
        List<Path> sampled = evenly(found, forCalibration(found.size()));
        List<Path> others = new ArrayList<>(found);
        others.removeAll(sampled);
        List<Path> calibration = input.readable(sampled);
        List<Path> compared = input.readable(evenly(others, MOST_COMPARED));
        if (calibration.isEmpty()) {
            throw new CommandException("none of the pictures for calibration can be read");
        }
        List<Path> comparison = compared.isEmpty() ? evenly(calibration, MOST_COMPARED) : compared;
        if (compared.isEmpty()) {
            terminal.warn("there are no other pictures: the comparison is with those of the calibration");
        }
        warnOfFew(comparison.size());
        try (Progress progress = terminal.progressOrLines("quantize " + name, calibration.size())) {
            QuantisationBar bar = new QuantisationBar(progress);
            return Quantiser.quantise(
                    model.onnx(),
                    bar.watching(calibration, input::of),
                    bar.watching(comparison, input::of),
                    options,
                    bar,
                    int8);
        }
    }

    /** Pictures that calibration has seen would agree too well. */
    private int forCalibration(int found) {
        int most = Math.max(1, found - Math.ceilDiv(found, HELD_BACK));
        if (samples <= most) {
            return samples;
        }
        if (most < found) {
            terminal.warn("calibrating with %d of %d pictures: the others are held back for the comparison"
                    .formatted(most, found));
        }
        return most;
    }

    /** Where one picture decides, the agreement says little about others. */
    private void warnOfFew(int compared) {
        if (minAgreement < 1 && (compared - 1.0) / compared < minAgreement) {
            terminal.warn("pictures to compare on: %d; one of them in another class is already below --min-agreement=%s"
                    .formatted(compared, minAgreement));
        }
    }

    private FloatLayers floatLayers() {
        if (keepFloat.equals(AUTO)) {
            return new FloatLayers.AsNeeded();
        }
        if (NUMBER.matcher(keepFloat).matches()) {
            return new FloatLayers.Worst(Integer.parseInt(keepFloat));
        }
        return new FloatLayers.Named(List.of(keepFloat.split(",")));
    }

    /** At most so many, spread over the list. */
    private static List<Path> evenly(List<Path> files, int count) {
        if (files.size() <= count) {
            return files;
        }
        List<Path> some = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            some.add(files.get((int) ((long) i * files.size() / count)));
        }
        return some;
    }

    /** Pictures as the model would see them when served. One buffer serves them all. */
    private final class InputPictures {

        private final ImageDecoder decoder = pictures.decoder();
        private final Preprocessor preprocessor;
        private final Fit fit;
        private final ByteBuffer buffer;

        InputPictures(ModelDescriptor descriptor) {
            ModelDescriptor.Input input = descriptor.input();
            InputShape shape = new InputShape(input.width(), input.height(), input.channels());
            ModelDescriptor.Preprocessing defaults = descriptor.preprocessing();
            this.fit = pictures.fit != null
                    ? pictures.fit
                    : Fit.valueOf(defaults.fit().toUpperCase(Locale.ROOT));
            this.preprocessor = new Preprocessor(
                    shape,
                    pictures.filter != null
                            ? pictures.filter
                            : Filter.valueOf(defaults.filter().toUpperCase(Locale.ROOT)));
            this.buffer = ByteBuffer.allocateDirect(shape.bytes());
        }

        /** The others are named and left out: better now than after minutes of work. */
        List<Path> readable(List<Path> files) {
            List<Path> good = new ArrayList<>();
            for (Path file : files) {
                try {
                    of(file);
                    good.add(file);
                } catch (CommandException e) {
                    terminal.warn("left out: " + e.getMessage());
                }
            }
            return good;
        }

        ByteBuffer of(Path file) {
            try (RgbImage decoded = decoder.decode(NamedFile.readAllBytes(file))) {
                preprocessor.preprocess(decoded, fit, buffer.clear());
                return buffer.clear();
            } catch (InvalidImageException e) {
                throw new CommandException(file + ": " + e.getMessage(), e);
            } catch (IOException e) {
                throw new CommandException(FailureMessage.of(e).orElse(file + ": cannot be read"), e);
            }
        }
    }

    private void tell(QuantisationReport report, Path int8) throws IOException {
        row("file", int8 + String.format(Locale.ROOT, ", %.1f MB", Files.size(int8) / MEGABYTE));
        row(
                "calibration",
                report.calibrationPictures() + " pictures, " + method.name().toLowerCase(Locale.ROOT));
        row(
                "top-1 agreement",
                String.format(
                        Locale.ROOT,
                        "%d of %d (%.1f %%)",
                        report.agreement().sameTop1(),
                        report.agreement().pictures(),
                        100 * report.agreement().top1()));
        row(
                "mean difference",
                String.format(
                        Locale.ROOT, "%.6f per probability", report.agreement().meanAbsoluteDifference()));
        row("float layers", report.floatLayers().isEmpty() ? "none" : String.join(" ", report.floatLayers()));
        row(
                "operators",
                report.operators().entrySet().stream()
                        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                        .map(operator -> operator.getValue() + " " + operator.getKey())
                        .collect(Collectors.joining(", ")));
        if (report.unchosenFloatLayers() > 0) {
            terminal.warn("layers that run on floats without having been chosen, and cost speed: "
                    + report.unchosenFloatLayers());
        }
        for (LayerNoise layer : report.layers()) {
            terminal.print(String.format(Locale.ROOT, "%7.1f dB  %s", layer.decibels(), layer.layer()));
        }
    }

    private void row(String name, String value) {
        terminal.print(String.format(Locale.ROOT, "%-16s %s", name, value));
    }
}
