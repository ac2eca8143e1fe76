package dev.xception.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PngWriterTest {

    @ParameterizedTest
    @CsvSource({"1, 1", "7, 5", "300, 200"})
    void writesWhatAnotherReaderReads(int width, int height) throws IOException {
        byte[] rgb = new byte[3 * width * height];
        new Random(7).nextBytes(rgb);

        BufferedImage read = ImageIO.read(new ByteArrayInputStream(PngWriter.write(rgb, width, height)));

        assertThat(read.getWidth()).isEqualTo(width);
        assertThat(read.getHeight()).isEqualTo(height);
        byte[] pixels = new byte[rgb.length];
        for (int i = 0; i < width * height; i++) {
            int colour = read.getRGB(i % width, i / width);
            pixels[3 * i] = (byte) (colour >> 16);
            pixels[3 * i + 1] = (byte) (colour >> 8);
            pixels[3 * i + 2] = (byte) colour;
        }
        assertThat(pixels).isEqualTo(rgb);
    }
}
