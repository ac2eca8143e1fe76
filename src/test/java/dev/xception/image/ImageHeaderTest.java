package dev.xception.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.xception.image.InvalidImageException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ImageHeaderTest {

    @ParameterizedTest
    @EnumSource
    void readsTheSizeOfEveryFormat(ImageFormat format) {
        byte[] encoded = EncodedPictures.encode(format, 37, 21, Pictures.GRADIENT);

        assertThat(ImageHeader.read(encoded).withCopies(1)).isEqualTo(new ImageHeader(format, 37, 21));
    }

    @ParameterizedTest
    @EnumSource
    void refusesAnyFormatThatEndsWithinItsHeader(ImageFormat format) {
        byte[] encoded = EncodedPictures.encode(format, 37, 21, Pictures.GRADIENT);

        for (int length = 12; length < 20; length++) {
            byte[] cut = Arrays.copyOf(encoded, length);
            assertThatThrownBy(() -> ImageHeader.read(cut))
                    .asInstanceOf(type(InvalidImageException.class))
                    .extracting(InvalidImageException::reason)
                    .isEqualTo(Reason.UNDECODABLE);
        }
    }

    @Test
    void readsAHugePngFromItsHeaderAlone() {
        byte[] header = Arrays.copyOf(EncodedPictures.png(60000, 60000, 8, EncodedPictures.RGB, new byte[60000]), 33);

        assertThat(ImageHeader.read(header).pixels()).isEqualTo(3_600_000_000L);
    }

    @Test
    void readsASizeThatIsNoInt() {
        byte[] png = Arrays.copyOf(EncodedPictures.png(-1, 1, 8, EncodedPictures.RGB, new byte[3]), 33);

        assertThat(reasonOf(png)).isEqualTo(Reason.TOO_MANY_PIXELS);
    }

    @Test
    void readsAProgressiveJpegBehindItsMetadata() {
        byte[] jpeg = bytes(
                0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xff, 0xc2, 0, 11, 8, 1, 0x2c, 2, 0x58, 1, 0, 0, 0);

        assertThat(ImageHeader.read(jpeg)).isEqualTo(new ImageHeader(ImageFormat.JPEG, 600, 300, 2));
    }

    /** Its decoder keeps the coefficients of the whole picture. */
    @Test
    void aJpegOfSeveralScansNeedsMoreMemory() {
        byte[] progressive = EncodedPictures.progressiveJpeg(60, 40, Pictures.GRADIENT);
        byte[] oneByOne = bytes(
                0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0, 40, 0, 60, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 0xff, 0xda, 0, 8,
                1, 1, 0, 0, 63, 0);

        assertThat(ImageHeader.read(progressive).decodingPixels()).isEqualTo(3 * 60 * 40);
        assertThat(ImageHeader.read(oneByOne).decodingPixels()).isEqualTo(3 * 60 * 40);
        assertThat(ImageHeader.read(EncodedPictures.encode(ImageFormat.JPEG, 60, 40, Pictures.GRADIENT))
                        .decodingPixels())
                .isEqualTo(60 * 40);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "4, 1", "5, 2", "8, 2", "9, 1"})
    void aPictureThatIsTurnedIsCopied(int orientation, int copies) {
        byte[] exif = EncodedPictures.exif(orientation);
        byte[] png =
                EncodedPictures.png(1, 1, 8, EncodedPictures.RGB, new byte[3], EncodedPictures.chunk("eXIf", exif));
        byte[] segment =
                ByteBuffer.allocate(32).put(ascii("Exif\0\0")).put(exif).array();
        byte[] jpeg = EncodedPictures.encode(ImageFormat.JPEG, 60, 40, Pictures.GRADIENT);

        assertThat(ImageHeader.read(png).copies()).isEqualTo(copies);
        assertThat(ImageHeader.read(EncodedPictures.withSegment(jpeg, 0xe1, segment))
                        .copies())
                .isEqualTo(copies);
    }

    @Test
    void brokenExifTurnsNothing() {
        byte[] png = EncodedPictures.png(
                1, 1, 8, EncodedPictures.RGB, new byte[3], EncodedPictures.chunk("eXIf", ascii("MM\0*\0\0\0\u00ff")));

        assertThat(ImageHeader.read(png).copies()).isEqualTo(1);
    }

    @Test
    void aDecoderOfFourBytesAPixelNeedsMoreMemory() {
        assertThat(ImageHeader.read(EncodedPictures.encode(ImageFormat.WEBP, 60, 40, Pictures.GRADIENT))
                        .copies())
                .isEqualTo(3);
        assertThat(ImageHeader.read(EncodedPictures.encode(ImageFormat.GIF, 60, 40, Pictures.GRADIENT))
                        .copies())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"100, 8, 4", "10, 8, 2", "100, 16, 5"})
    void aTiffNeedsTheMemoryOfAStrip(int rowsPerStrip, int bits, int copies) {
        byte[] tiff = EncodedPictures.tiff(new int[][] {
            {256, 3, 1, 100}, {257, 3, 1, 100}, {258, 3, 1, bits}, {277, 3, 1, 3}, {278, 3, 1, rowsPerStrip}
        });

        assertThat(ImageHeader.read(tiff).copies()).isEqualTo(copies);
    }

    @Test
    void refusesAJpegWithoutAFrame() {
        assertThat(reasonOf(bytes(0xff, 0xd8, 0xff, 0xda, 0, 2, 0xff, 0xd9, 0, 0)))
                .isEqualTo(Reason.UNDECODABLE);
    }

    @Test
    void readsAnExtendedWebp() {
        byte[] webp = ByteBuffer.allocate(30)
                .put(ascii("RIFF....WEBPVP8X"))
                .put(bytes(10, 0, 0, 0, 2, 0, 0, 0, 0x0f, 0x27, 0, 0x87, 0x13, 0))
                .array();

        assertThat(ImageHeader.read(webp)).isEqualTo(new ImageHeader(ImageFormat.WEBP, 10000, 5000, 4));
    }

    @Test
    void readsALossyWebp() {
        byte[] webp = ByteBuffer.allocate(30)
                .put(ascii("RIFF....WEBPVP8 "))
                .put(bytes(10, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 0x2c, 0x01, 0x90, 0x41))
                .array();

        assertThat(ImageHeader.read(webp)).isEqualTo(new ImageHeader(ImageFormat.WEBP, 300, 400));
    }

    @Test
    void readsABmpStoredFromTheTop() {
        byte[] bmp = ByteBuffer.allocate(30)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii("BM............"))
                .putInt(40)
                .putInt(640)
                .putInt(-480)
                .array();

        assertThat(ImageHeader.read(bmp)).isEqualTo(new ImageHeader(ImageFormat.BMP, 640, 480));
    }

    @Test
    void readsABigTiff() {
        byte[] tiff = ByteBuffer.allocate(72)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii("II+\0"))
                .putInt(8)
                .putLong(16)
                .putLong(2)
                .put(bytes(0, 1, 4, 0))
                .putLong(1)
                .putLong(1234)
                .put(bytes(1, 1, 3, 0))
                .putLong(1)
                .putLong(567)
                .array();

        assertThat(ImageHeader.read(tiff)).isEqualTo(new ImageHeader(ImageFormat.TIFF, 1234, 567, 3));
    }

    @Test
    void growsTheScreenOfAGifToItsFirstImage() {
        byte[] gif = EncodedPictures.encode(ImageFormat.GIF, 37, 21, Pictures.GRADIENT);
        gif[6] = 5;
        gif[8] = 6;

        assertThat(ImageHeader.read(gif)).isEqualTo(new ImageHeader(ImageFormat.GIF, 37, 21, 3));
    }

    @Test
    void refusesPicturesWithoutPixels() {
        byte[] png = EncodedPictures.png(0, 1, 8, EncodedPictures.RGB, new byte[0]);

        assertThat(reasonOf(png)).isEqualTo(Reason.UNDECODABLE);
    }

    @Test
    void refusesNothingAndWhatIsNoPicture() {
        assertThat(reasonOf(new byte[0])).isEqualTo(Reason.EMPTY);
        assertThat(reasonOf(ascii("Dear Sir or Madam"))).isEqualTo(Reason.UNKNOWN_FORMAT);
        assertThat(reasonOf(ascii("RIFF....WAVEfmt "))).isEqualTo(Reason.UNKNOWN_FORMAT);
    }

    private static Reason reasonOf(byte[] encoded) {
        try {
            ImageHeader header = ImageHeader.read(encoded);
            throw new AssertionError("accepted as " + header);
        } catch (InvalidImageException e) {
            return e.reason();
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
