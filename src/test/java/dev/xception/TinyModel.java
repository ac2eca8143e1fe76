package dev.xception;

import dev.xception.inference.TinyGraph;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;

/** A model directory whose model tells red, green and blue pictures apart, and such pictures. */
public final class TinyModel {

    public static final String NAME = "colours";

    private TinyModel() {}

    /** Makes the model's folder in this directory. */
    public static Path create(Path directory) {
        try {
            Path folder = Files.createDirectories(directory.resolve(NAME));
            Files.write(
                    folder.resolve(NAME + ".onnx"),
                    TinyGraph.model(Map.of("xception.classifier.kernel", "weights"))
                            .build()
                            .toByteArray());
            Files.writeString(
                    folder.resolve("labels.txt"), "n00000001 red\nn00000002 green\nn00000003 blue\nnothing\n");
            Files.writeString(folder.resolve("model.yaml"), """
                    name: colours
                    input: {width: 2, height: 2, channels: 3}
                    """);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A picture of one colour, encoded as {@code png}, {@code jpg}, {@code gif} or {@code bmp}. */
    public static byte[] picture(Color colour, int width, int height, String format) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(colour);
        graphics.fillRect(0, 0, width, height);
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, format, bytes)) {
                throw new IllegalArgumentException("no writer for " + format);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
