package dev.xception;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** The README's picture is drawn here: a traffic light. */
class SamplePictureTest {

    private static final Path FILE = Path.of("docs/images/sample.png");

    @Test
    void theReadmesPictureIsTheOneDrawnHere() throws IOException {
        BufferedImage drawn = draw();
        Path copy = Path.of("target", FILE.toString());
        Files.createDirectories(copy.getParent());
        ImageIO.write(drawn, "png", copy.toFile());

        assertThat(FILE).as("copy it from %s", copy).exists();
        BufferedImage committed = ImageIO.read(FILE.toFile());
        assertThat(committed.getRGB(0, 0, 480, 360, null, 0, 480))
                .isEqualTo(drawn.getRGB(0, 0, 480, 360, null, 0, 480));
    }

    private static BufferedImage draw() {
        BufferedImage image = new BufferedImage(480, 360, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_OFF);
        graphics.setPaint(new GradientPaint(0, 0, new Color(0x6fa8dc), 0, 360, new Color(0xd9e8f6)));
        graphics.fillRect(0, 0, 480, 360);
        graphics.setColor(new Color(0x3c4043));
        graphics.fillRect(230, 250, 20, 110);
        graphics.setColor(new Color(0x202124));
        graphics.fillRoundRect(185, 20, 110, 250, 30, 30);
        Color[] lights = {new Color(0xe53935), new Color(0x5d4a00), new Color(0x1b3d1f)};
        for (int i = 0; i < lights.length; i++) {
            int y = 35 + i * 78;
            graphics.setColor(new Color(0x0d0d0d));
            graphics.fillOval(203, y, 74, 74);
            graphics.setColor(lights[i]);
            graphics.fillOval(208, y + 5, 64, 64);
        }
        graphics.setColor(new Color(0xff8a80));
        graphics.fillOval(222, 50, 16, 12);
        graphics.dispose();
        return image;
    }
}
