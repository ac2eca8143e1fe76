package dev.xception.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class DrawnPictureTest {

    @Test
    void hasTheSizeOfAPhotographInPixelsAndBytes() throws IOException {
        byte[] jpeg = DrawnPicture.jpeg();
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(jpeg));

        assertThat(picture.getWidth()).isEqualTo(500);
        assertThat(picture.getHeight()).isEqualTo(375);
        assertThat(jpeg.length).isBetween(100_000, 120_000);
        assertThat(DrawnPicture.jpeg()).isEqualTo(jpeg);
    }
}
