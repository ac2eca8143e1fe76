package dev.xception.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class HeatMapPictureTest {

    private static final float[] LEFT_HOT = {1, -1};

    @Test
    void leavesWhatTheModelDidNotSeeAsItIs() throws IOException {
        try (RgbImage image = grey(60, 40, 100)) {
            Preprocessor model = new Preprocessor(new InputShape(8, 8, 3), Filter.BILINEAR);
            Region seen = model.region(60, 40, Fit.CROP);
            BufferedImage drawn = read(HeatMapPicture.asItIs(image, seen).png(2, 1, LEFT_HOT));

            assertThat(drawn.getWidth()).isEqualTo(60);
            assertThat(drawn.getHeight()).isEqualTo(40);
            assertThat(colour(drawn, 9, 20)).isEqualTo(0x646464);
            assertThat(colour(drawn, 10, 20)).isEqualTo(Viridis.mix(0x646464, Viridis.colour(1), 0.6f));
            assertThat(colour(drawn, 49, 20)).isEqualTo(Viridis.mix(0x646464, Viridis.colour(0), 0.6f));
            assertThat(colour(drawn, 50, 20)).isEqualTo(0x646464);
        }
    }

    @Test
    void coversTheWholePictureThatTheModelSees() throws IOException {
        try (RgbImage image = grey(60, 40, 100)) {
            Preprocessor model = new Preprocessor(new InputShape(16, 8, 3), Filter.BILINEAR);
            BufferedImage drawn =
                    read(HeatMapPicture.asTheModelSees(image, model, Fit.SQUASH).png(2, 1, LEFT_HOT));

            assertThat(drawn.getWidth()).isEqualTo(16);
            assertThat(drawn.getHeight()).isEqualTo(8);
            assertThat(colour(drawn, 0, 0)).isEqualTo(Viridis.mix(0x646464, Viridis.colour(1), 0.6f));
            assertThat(colour(drawn, 15, 7)).isEqualTo(Viridis.mix(0x646464, Viridis.colour(0), 0.6f));
        }
    }

    @Test
    void blendsBetweenTheCentresOfCells() throws IOException {
        try (RgbImage image = grey(100, 100, 0)) {
            Region whole = new Region(0, 0, 100, 100);
            BufferedImage drawn = read(HeatMapPicture.asItIs(image, whole).png(2, 1, new float[] {0, 1}));

            int before = colour(drawn, 24, 50);
            int between = colour(drawn, 49, 50);
            int after = colour(drawn, 75, 50);
            assertThat(before).isEqualTo(Viridis.mix(0, Viridis.colour(0), 0.6f));
            assertThat(after).isEqualTo(Viridis.mix(0, Viridis.colour(1), 0.6f));
            assertThat(between).isEqualTo(Viridis.mix(0, Viridis.colour(0.49f), 0.6f));
        }
    }

    @Test
    void drawsGreyModelsInGrey() throws IOException {
        try (RgbImage image = grey(20, 20, 77)) {
            Preprocessor model = new Preprocessor(new InputShape(4, 4, 1), Filter.BILINEAR);
            BufferedImage drawn =
                    read(HeatMapPicture.asTheModelSees(image, model, Fit.CROP).png(1, 1, new float[] {0}));

            assertThat(colour(drawn, 2, 2)).isEqualTo(Viridis.mix(0x4d4d4d, Viridis.colour(0), 0.6f));
        }
    }

    @Test
    void drawsLargePicturesSmaller() throws IOException {
        try (RgbImage image = grey(3000, 1500, 9)) {
            BufferedImage drawn = read(
                    HeatMapPicture.asItIs(image, new Region(750, 0, 1500, 1500)).png(1, 1, new float[] {1}));

            assertThat(drawn.getWidth()).isEqualTo(1024);
            assertThat(drawn.getHeight()).isEqualTo(512);
            assertThat(colour(drawn, 255, 100)).isEqualTo(0x090909);
            assertThat(colour(drawn, 256, 100)).isNotEqualTo(0x090909);
        }
    }

    private static RgbImage grey(int width, int height, int value) {
        ByteBuffer pixels = ByteBuffer.allocate(width * height * 3);
        while (pixels.hasRemaining()) {
            pixels.put((byte) value);
        }
        return new RgbImage(ImageFormat.PNG, width, height, pixels.flip(), () -> {});
    }

    private static BufferedImage read(byte[] png) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(png));
    }

    private static int colour(BufferedImage image, int x, int y) {
        return image.getRGB(x, y) & 0xffffff;
    }
}
