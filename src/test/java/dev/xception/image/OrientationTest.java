package dev.xception.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The eight orientations of EXIF, against the picture turned by hand. */
class OrientationTest {

    private static final int WIDTH = 37;
    private static final int HEIGHT = 21;
    private static final ImageLimits LIMITS = new ImageLimits(1_000_000, 1_000_000);

    private final ImageDecoder turning = new ImageDecoder(LIMITS, true);
    private final ImageDecoder plain = new ImageDecoder(LIMITS, false);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void appliesTheOrientationOfAPng(int orientation) {
        byte[] rgb = Pictures.draw(WIDTH, HEIGHT, Pictures.GRADIENT);
        byte[] exif = EncodedPictures.chunk("eXIf", EncodedPictures.exif(orientation));

        check(EncodedPictures.png(WIDTH, HEIGHT, 8, EncodedPictures.RGB, rgb, exif), orientation);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void appliesTheOrientationOfAJpeg(int orientation) {
        byte[] jpeg = EncodedPictures.encode(ImageFormat.JPEG, WIDTH, HEIGHT, Pictures.GRADIENT);
        byte[] exif = ByteBuffer.allocate(32)
                .put("Exif\0\0".getBytes(StandardCharsets.US_ASCII))
                .put(EncodedPictures.exif(orientation))
                .array();

        check(EncodedPictures.withSegment(jpeg, 0xe1, exif), orientation);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 255})
    void ignoresAnOrientationThatThereIsNot(int orientation) {
        byte[] rgb = Pictures.draw(WIDTH, HEIGHT, Pictures.GRADIENT);
        byte[] exif = EncodedPictures.chunk("eXIf", EncodedPictures.exif(orientation));

        check(EncodedPictures.png(WIDTH, HEIGHT, 8, EncodedPictures.RGB, rgb, exif), 1);
    }

    private void check(byte[] encoded, int orientation) {
        try (RgbImage stored = plain.decode(encoded);
                RgbImage upright = turning.decode(encoded)) {
            assertThat(stored.width()).isEqualTo(WIDTH);
            assertThat(stored.height()).isEqualTo(HEIGHT);
            assertThat(upright.width()).isEqualTo(orientation < 5 ? WIDTH : HEIGHT);
            assertThat(upright.height()).isEqualTo(orientation < 5 ? HEIGHT : WIDTH);
            assertThat(Pictures.pixels(upright)).isEqualTo(turned(Pictures.pixels(stored), orientation));
        }
    }

    private static byte[] turned(byte[] stored, int orientation) {
        int width = orientation < 5 ? WIDTH : HEIGHT;
        int height = orientation < 5 ? HEIGHT : WIDTH;
        int right = WIDTH - 1;
        int bottom = HEIGHT - 1;
        return Pictures.draw(width, height, (x, y, c) -> switch (orientation) {
            case 2 -> sample(stored, right - x, y, c);
            case 3 -> sample(stored, right - x, bottom - y, c);
            case 4 -> sample(stored, x, bottom - y, c);
            case 5 -> sample(stored, y, x, c);
            case 6 -> sample(stored, y, bottom - x, c);
            case 7 -> sample(stored, right - y, bottom - x, c);
            case 8 -> sample(stored, right - y, x, c);
            default -> sample(stored, x, y, c);
        });
    }

    private static int sample(byte[] rgb, int x, int y, int c) {
        return rgb[(y * WIDTH + x) * 3 + c];
    }
}
