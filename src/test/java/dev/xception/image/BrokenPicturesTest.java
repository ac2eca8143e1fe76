package dev.xception.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Damaged files of every format: they are refused or decoded, and nothing else happens. */
class BrokenPicturesTest {

    private static final int ROUNDS = 300;

    private final ImageDecoder decoder = new ImageDecoder(new ImageLimits(100_000, 100_000), true);

    @ParameterizedTest
    @EnumSource
    void survivesChangedBytes(ImageFormat format) {
        byte[] whole = EncodedPictures.encode(format, 60, 40, (x, y, c) -> x * y * 31 + c * 77 + x * x);
        Random random = new Random(format.name().hashCode());
        for (int round = 0; round < ROUNDS; round++) {
            byte[] broken = whole.clone();
            int reach = random.nextBoolean() ? broken.length : 100;
            for (int i = random.nextInt(10); i >= 0; i--) {
                broken[random.nextInt(reach)] = (byte) random.nextInt(256);
            }
            decodeOrRefuse(broken);
        }
    }

    @ParameterizedTest
    @EnumSource
    void survivesBytesThatAreMissing(ImageFormat format) {
        byte[] whole = EncodedPictures.encode(format, 60, 40, (x, y, c) -> x * y * 31 + c * 77 + x * x);
        Random random = new Random(format.name().hashCode());
        for (int round = 0; round < ROUNDS; round++) {
            int from = random.nextInt(whole.length);
            int to = from + random.nextInt(whole.length - from);
            byte[] broken = Arrays.copyOf(whole, whole.length - (to - from));
            System.arraycopy(whole, to, broken, from, whole.length - to);
            decodeOrRefuse(broken);
        }
    }

    @ParameterizedTest
    @EnumSource
    void survivesNoiseBehindASignature(ImageFormat format) {
        byte[] whole = EncodedPictures.encode(format, 60, 40, Pictures.GRADIENT);
        Random random = new Random(format.name().hashCode());
        for (int round = 0; round < ROUNDS; round++) {
            byte[] noise = new byte[16 + random.nextInt(500)];
            random.nextBytes(noise);
            System.arraycopy(whole, 0, noise, 0, 16);
            decodeOrRefuse(noise);
        }
    }

    private void decodeOrRefuse(byte[] broken) {
        try (RgbImage image = decoder.decode(broken)) {
            assertThat((long) image.width() * image.height()).isBetween(1L, 100_000L);
            image.readRow(image.height() - 1, 0, image.width(), new byte[image.width() * 3]);
        } catch (InvalidImageException e) {
            assertThat(e.reason()).isNotNull();
        }
    }
}
