package dev.xception.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xception.image.InvalidImageException.Reason;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {

    private static final int WIDTH = 37;
    private static final int HEIGHT = 21;
    private static final byte[] GRADIENT = Pictures.draw(WIDTH, HEIGHT, Pictures.GRADIENT);

    private final ImageDecoder decoder = new ImageDecoder(new ImageLimits(1_000_000, 100_000), true);

    @ParameterizedTest
    @EnumSource(names = {"PNG", "BMP", "WEBP", "TIFF"})
    void decodesLosslessFormatsExactly(ImageFormat format) {
        assertThat(decode(EncodedPictures.encode(format, WIDTH, HEIGHT, GRADIENT)))
                .isEqualTo(GRADIENT);
    }

    @Test
    void decodesAJpegClosely() {
        byte[] smooth = Pictures.draw(64, 48, (x, y, c) -> 60 + x + y);

        byte[] decoded = decode(EncodedPictures.encode(ImageFormat.JPEG, 64, 48, smooth));

        for (int i = 0; i < smooth.length; i++) {
            assertThat(decoded[i] & 0xff).isCloseTo(smooth[i] & 0xff, org.assertj.core.data.Offset.offset(6));
        }
    }

    @Test
    void expandsGrey() {
        byte[] grey = {0, 50, 100, (byte) 150, (byte) 200, (byte) 250};

        byte[] decoded = decode(EncodedPictures.png(3, 2, 8, EncodedPictures.GREY, grey));

        assertThat(decoded).isEqualTo(tripled(grey));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void expandsGreyOfFewBits(int depth) {
        byte[] rows = {(byte) 0b0001_1011, (byte) 0b1110_0100};
        byte[] expected = new byte[16 / depth];
        for (int i = 0; i < expected.length; i++) {
            int perRow = 8 / depth;
            int level = (rows[i / perRow] & 0xff) >> (8 - depth * (i % perRow + 1)) & (1 << depth) - 1;
            expected[i] = (byte) (level * 255 / ((1 << depth) - 1));
        }

        assertThat(decode(EncodedPictures.png(8 / depth, 2, depth, EncodedPictures.GREY, rows)))
                .isEqualTo(tripled(expected));
    }

    @Test
    void dropsAlphaAndKeepsTheColourUnderIt() {
        byte[] rgba = {10, 20, 30, 0, 40, 50, 60, 127, 70, 80, 90, (byte) 255};
        byte[] greyAlpha = {10, 0, 20, 127, 30, (byte) 255};

        assertThat(decode(EncodedPictures.png(3, 1, 8, EncodedPictures.RGBA, rgba)))
                .isEqualTo(bytes(10, 20, 30, 40, 50, 60, 70, 80, 90));
        assertThat(decode(EncodedPictures.png(3, 1, 8, EncodedPictures.GREY_ALPHA, greyAlpha)))
                .isEqualTo(tripled((byte) 10, (byte) 20, (byte) 30));
    }

    @Test
    void resolvesPalettesTransparentEntriesIncluded() {
        byte[] palette = EncodedPictures.chunk("PLTE", new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
        byte[] transparency = EncodedPictures.chunk("tRNS", new byte[] {0, (byte) 128, (byte) 255});

        byte[] png = EncodedPictures.png(3, 1, 8, EncodedPictures.PALETTE, new byte[] {2, 0, 1}, palette, transparency);

        assertThat(decode(png)).isEqualTo(bytes(7, 8, 9, 1, 2, 3, 4, 5, 6));
    }

    @Test
    void reducesSixteenBitsToTheHighEight() {
        byte[] rgb16 = {12, (byte) 200, 34, 0, 56, (byte) 255};
        byte[] grey16 = {12, (byte) 200};

        assertThat(decode(EncodedPictures.png(1, 1, 16, EncodedPictures.RGB, rgb16)))
                .isEqualTo(bytes(12, 34, 56));
        assertThat(decode(EncodedPictures.png(1, 1, 16, EncodedPictures.GREY, grey16)))
                .isEqualTo(bytes(12, 12, 12));
    }

    @Test
    void showsTheDefaultPictureOfAnAnimatedPng() {
        byte[] control = EncodedPictures.chunk("acTL", new byte[] {0, 0, 0, 1, 0, 0, 0, 0});

        byte[] png = EncodedPictures.png(WIDTH, HEIGHT, 8, EncodedPictures.RGB, GRADIENT, control);

        assertThat(decode(png)).isEqualTo(GRADIENT);
    }

    @Test
    void refusesAPngWithAWrongChecksum() {
        byte[] png = EncodedPictures.png(WIDTH, HEIGHT, 8, EncodedPictures.RGB, GRADIENT);
        png[png.length - 20] ^= 1;

        assertUndecodable(png);
    }

    @Test
    void decodesTheColoursOfAGif() {
        BufferedImage image = new BufferedImage(4, 1, BufferedImage.TYPE_BYTE_INDEXED);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(java.awt.Color.RED);
        graphics.fillRect(1, 0, 2, 1);

        assertThat(decode(EncodedPictures.imageIo(ImageFormat.GIF, image)))
                .isEqualTo(bytes(0, 0, 0, 255, 0, 0, 255, 0, 0, 0, 0, 0));
    }

    @Test
    void fillsTheScreenAroundASmallerGifImageWithColourZero() {
        // 3 x 1 screen, colours 0 and 1, background 1, and a 1 x 1 image of colour 1 in its middle.
        byte[] gif = bytes(
                'G', 'I', 'F', '8', '9', 'a', 3, 0, 1, 0, 0x80, 1, 0, 10, 20, 30, 40, 50, 60, 0x2c, 1, 0, 0, 0, 1, 0, 1,
                0, 0, 2, 2, 0x4c, 1, 0, 0x3b);

        assertThat(decode(gif)).isEqualTo(bytes(10, 20, 30, 40, 50, 60, 10, 20, 30));
    }

    @Test
    void showsTheColourOfTransparentGifPixels() {
        assertThat(decode(gif(1, 1))).isEqualTo(bytes(40, 50, 60));
    }

    @ParameterizedTest
    @CsvSource({"0x01, 5", "0x11, 1", "0x0c, 0"})
    void isNotHeldUpByWhatAGifSaysOfTheScreenAndTheNextPicture(int flags, int transparent) {
        assertThat(decode(gif(flags, transparent))).isEqualTo(bytes(40, 50, 60));
    }

    /** A GIF of one pixel of colour 1 of two, with these flags and this colour in its graphic control extension. */
    private static byte[] gif(int flags, int transparent) {
        byte[] gif = bytes(
                'G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0, 0x80, 0, 0, 10, 20, 30, 40, 50, 60, 0x21, 0xf9, 4, 0, 0, 0, 0,
                0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4c, 1, 0, 0x3b);
        gif[22] = (byte) flags;
        gif[25] = (byte) transparent;
        return gif;
    }

    @Test
    void spreadsFiveBitColoursOfABmpOverEight() {
        byte[] bmp = bmp(16, 0, 0).putShort((short) (31 << 10 | 16 << 5 | 1)).array();

        assertThat(decode(bmp)).isEqualTo(bytes(255, 16 * 255 / 31, 255 / 31));
    }

    @Test
    void ordersTheColoursOfABmpByItsMasks() {
        byte[] bmp = bmp(32, 3, 12)
                .putInt(0xff)
                .putInt(0xff00)
                .putInt(0xff0000)
                .putInt(0x302010)
                .array();

        assertThat(decode(bmp)).isEqualTo(bytes(0x10, 0x20, 0x30));
    }

    /** A BMP of one pixel, up to its masks. */
    private static ByteBuffer bmp(int bits, int compression, int maskBytes) {
        return ByteBuffer.allocate(54 + maskBytes + 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(bytes('B', 'M'))
                .putInt(58 + maskBytes)
                .putInt(0)
                .putInt(54 + maskBytes)
                .putInt(40)
                .putInt(1)
                .putInt(1)
                .putShort((short) 1)
                .putShort((short) bits)
                .putInt(compression)
                .putInt(4)
                .putLong(0)
                .putLong(0);
    }

    @Test
    void keepsTheColoursOfATransparentTiff() {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x80102030);
        image.setRGB(1, 0, 0x00405060);

        assertThat(decode(EncodedPictures.imageIo(ImageFormat.TIFF, image)))
                .isEqualTo(bytes(0x10, 0x20, 0x30, 0x40, 0x50, 0x60));
    }

    @ParameterizedTest
    @EnumSource
    void refusesAnyFormatThatIsCutShort(ImageFormat format) {
        byte[] encoded = EncodedPictures.encode(format, 60, 40, (x, y, c) -> x * y * 31 + c * 77 + x * x);

        for (int percent = 5; percent < 100; percent += 5) {
            assertUndecodable(Arrays.copyOf(encoded, encoded.length * percent / 100));
        }
    }

    @Test
    void refusesAProgressiveJpegWithoutEnd() {
        byte[] jpeg = EncodedPictures.progressiveJpeg(60, 40, Pictures.GRADIENT);
        decoder.decode(jpeg).close();

        assertUndecodable(Arrays.copyOf(jpeg, jpeg.length - 2));
    }

    @Test
    void refusesAJpegOfEndlessScans() {
        byte[] jpeg = EncodedPictures.progressiveJpeg(60, 40, Pictures.GRADIENT);
        int lastScan = jpeg.length - 2;
        while ((jpeg[lastScan] & 0xff) != 0xff || (jpeg[lastScan + 1] & 0xff) != 0xda) {
            lastScan--;
        }
        ByteArrayOutputStream endless = new ByteArrayOutputStream();
        endless.write(jpeg, 0, lastScan);
        for (int i = 0; i < 200; i++) {
            endless.write(jpeg, lastScan, jpeg.length - 2 - lastScan);
        }
        endless.write(jpeg, jpeg.length - 2, 2);

        assertThatThrownBy(() -> decoder.decode(endless.toByteArray())).hasMessageContaining("scans");
    }

    @Test
    void refusesMoreBytesThanTheLimit() {
        byte[] png = EncodedPictures.png(1, 1, 8, EncodedPictures.RGB, new byte[3]);
        ImageDecoder strict = new ImageDecoder(new ImageLimits(png.length - 1L, 100), true);

        assertThat(reasonOf(strict, png)).isEqualTo(Reason.TOO_MANY_BYTES);
        assertThat(new ImageDecoder(new ImageLimits(png.length, 100), true).readHeader(png))
                .isEqualTo(new ImageHeader(ImageFormat.PNG, 1, 1));
    }

    @Test
    void refusesMorePixelsThanTheLimitFromTheHeaderAlone() {
        byte[] header = Arrays.copyOf(EncodedPictures.png(60000, 60000, 8, EncodedPictures.RGB, new byte[60000]), 33);

        assertThat(reasonOf(decoder, header)).isEqualTo(Reason.TOO_MANY_PIXELS);
    }

    @Test
    void refusesNothingAndTextAsWhatTheyAre() {
        assertThat(reasonOf(decoder, new byte[0])).isEqualTo(Reason.EMPTY);
        assertThat(reasonOf(decoder, bytes('h', 'e', 'l', 'l', 'o'))).isEqualTo(Reason.UNKNOWN_FORMAT);
    }

    @Test
    void readsNoPixelsOfAClosedPicture() {
        RgbImage image = decoder.decode(EncodedPictures.encode(ImageFormat.PNG, WIDTH, HEIGHT, GRADIENT));
        image.close();
        image.close();

        assertThatThrownBy(() -> image.readRow(0, 0, 1, new byte[3])).hasMessageContaining("closed");
    }

    private byte[] decode(byte[] encoded) {
        try (RgbImage image = decoder.decode(encoded)) {
            return Pictures.pixels(image);
        }
    }

    private void assertUndecodable(byte[] encoded) {
        assertThat(reasonOf(decoder, encoded)).isEqualTo(Reason.UNDECODABLE);
    }

    private static Reason reasonOf(ImageDecoder decoder, byte[] encoded) {
        try (RgbImage image = decoder.decode(encoded)) {
            throw new AssertionError("accepted as " + image.width() + " x " + image.height());
        } catch (InvalidImageException e) {
            return e.reason();
        }
    }

    private static byte[] tripled(byte... grey) {
        byte[] rgb = new byte[grey.length * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = grey[i / 3];
        }
        return rgb;
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
