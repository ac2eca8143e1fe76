package dev.xception.cli;

import dev.xception.image.Filter;
import dev.xception.image.Fit;
import dev.xception.image.InputShape;
import dev.xception.image.InvalidImageException;
import dev.xception.image.Preprocessor;
import dev.xception.image.RgbImage;
import dev.xception.model.ModelDescriptor;
import dev.xception.model.ModelDescriptor.Preprocessing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes what a model would see of a picture. */
@Command(
        name = "preprocess",
        description = "Write the exact bytes a model would see: uint8, height x width x channels.")
final class PreprocessCommand implements Callable<Integer> {

    /** The same as for a model. */
    private static final int MAX_SIZE = 8192;

    private final Terminal terminal;

    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "IMAGE", description = "The picture.")
    Path image;

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "The file to write.")
    Path output;

    @Option(names = "--model", paramLabel = "NAME", description = "The model (default: xception).")
    @Nullable
    String model;

    @Option(names = "--size", paramLabel = "N", description = "Instead of a model: width and height in pixels,")
    @Nullable
    Integer size;

    @Option(names = "--channels", paramLabel = "C", description = "and 3 for RGB or 1 for grey (default: 3).")
    @Nullable
    Integer channels;

    @Mixin
    PictureOptions pictures;

    @Mixin
    ModelsOption models;

    PreprocessCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        QuietLogging.start();
        if (size == null ? channels != null : model != null) {
            throw new ParameterException(
                    spec.commandLine(), "name either a --model or a --size, with --channels if you like");
        }
        InputShape shape;
        Preprocessing defaults;
        if (size != null) {
            if (size > MAX_SIZE) {
                throw new CommandException("--size must be at most " + MAX_SIZE + ", not " + size);
            }
            shape = new InputShape(size, size, channels == null ? 3 : channels);
            defaults = Preprocessing.DEFAULT;
        } else {
            ModelDescriptor descriptor = models.directory().descriptor(model == null ? "xception" : model);
            ModelDescriptor.Input input = descriptor.input();
            shape = new InputShape(input.width(), input.height(), input.channels());
            defaults = descriptor.preprocessing();
        }
        Fit fit =
                pictures.fit != null ? pictures.fit : Fit.valueOf(defaults.fit().toUpperCase(Locale.ROOT));
        Filter filter = pictures.filter != null
                ? pictures.filter
                : Filter.valueOf(defaults.filter().toUpperCase(Locale.ROOT));

        byte[] pixels = new byte[shape.bytes()];
        ByteBuffer buffer = ByteBuffer.allocateDirect(pixels.length);
        try (RgbImage decoded = pictures.decoder().decode(NamedFile.readAllBytes(image))) {
            new Preprocessor(shape, filter).preprocess(decoded, fit, buffer);
        } catch (InvalidImageException e) {
            throw new CommandException(image + ": " + e.getMessage(), e);
        }
        buffer.get(0, pixels);
        try (OutputFile file = new OutputFile(output)) {
            file.stream().write(pixels);
            file.commit();
        }
        terminal.print("%s: uint8 [%d, %d, %d], fit %s, filter %s"
                .formatted(
                        output,
                        shape.height(),
                        shape.width(),
                        shape.channels(),
                        fit.name().toLowerCase(Locale.ROOT),
                        filter.name().toLowerCase(Locale.ROOT)));
        return 0;
    }
}
