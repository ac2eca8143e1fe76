package dev.xception.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

/** Small files that would keep the decoder busy for minutes or fill the memory: refused before anything is decoded. */
class HostilePicturesTest {

    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int ROWS_PER_STRIP = 278;
    private static final int TILE_WIDTH = 322;
    private static final int TILE_LENGTH = 323;
    private static final int EXTRA_SAMPLES = 338;
    private static final int SHORT = 3;
    private static final int LONG = 4;

    private final ImageDecoder decoder = new ImageDecoder(new ImageLimits(20_000_000, 50_000_000), true);

    private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(byte[] encoded) {
        return assertThatThrownBy(() -> decoder.decode(encoded))
                .isInstanceOfSatisfying(
                        InvalidImageException.class,
                        e -> assertThat(e.reason()).isEqualTo(InvalidImageException.Reason.UNDECODABLE));
    }

    @Test
    void aTiffWhoseTileIsAThousandTimesAsLargeAsItsPicture() {
        assertRefused(EncodedPictures.tiff(new int[][] {
                    {WIDTH, LONG, 1, 1},
                    {HEIGHT, LONG, 1, 262_144},
                    {TILE_WIDTH, LONG, 1, 1008},
                    {TILE_LENGTH, LONG, 1, 262_144}
                }))
                .hasMessageContaining("larger than its picture");
    }

    @Test
    void aTiffOfAMillionStrips() {
        assertRefused(EncodedPictures.tiff(
                        new int[][] {{WIDTH, LONG, 1, 1}, {HEIGHT, LONG, 1, 1_048_576}, {ROWS_PER_STRIP, LONG, 1, 1}}))
                .hasMessageContaining("strips or tiles");
    }

    @Test
    void aTiffOfAMillionTiles() {
        assertRefused(EncodedPictures.tiff(new int[][] {
                    {WIDTH, LONG, 1, 1024}, {HEIGHT, LONG, 1, 1024}, {TILE_WIDTH, LONG, 1, 1}, {TILE_LENGTH, LONG, 1, 1}
                }))
                .hasMessageContaining("strips or tiles");
    }

    @Test
    void aTiffWhoseStripsHaveNoRows() {
        assertRefused(EncodedPictures.tiff(
                        new int[][] {{WIDTH, LONG, 1, 8}, {HEIGHT, LONG, 1, 8}, {ROWS_PER_STRIP, LONG, 1, 0}}))
                .hasMessageContaining("empty");
    }

    /** The width is read at 131072 before alpha is declared meaningless, and from its own entry afterwards. */
    @Test
    void aTiffThatGrowsWhenItsAlphaIsDeclared() {
        int upperHalfOfTheCount = 8 + 2 + 6;
        byte[] directory = EncodedPictures.tiff(new int[][] {
            {WIDTH, LONG, 0x20001, 131_072}, {HEIGHT, LONG, 1, 1}, {EXTRA_SAMPLES, SHORT, 3, upperHalfOfTheCount}
        });
        byte[] tiff = Arrays.copyOf(directory, 131_076);
        tiff[131_072] = 1;

        assertThat(ImageHeader.read(tiff).pixels()).isEqualTo(1);
        assertRefused(tiff).hasMessageContaining("directory");
    }

    @Test
    void aGifOfNothingButClearCodes() {
        ByteArrayOutputStream gif = new ByteArrayOutputStream();
        gif.writeBytes(new byte[] {'G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0, (byte) 0x80, 0, 0, 0, 0, 0, 9, 9, 9});
        gif.writeBytes(new byte[] {0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2});
        for (int block = 0; block < 150; block++) {
            gif.write(255);
            for (int i = 0; i < 85; i++) {
                // Eight times the code 4, of three bits.
                gif.writeBytes(new byte[] {0x24, 0x49, (byte) 0x92});
            }
        }
        gif.writeBytes(new byte[] {0, 0x3b});

        assertThat(GifFile.clears(new Bytes(gif.toByteArray()))).isEqualTo(150 * 680);
        assertRefused(gif.toByteArray()).hasMessageContaining("clears");
    }

    /** Every code but the first of a table of 4096 adds an entry to it, so a noisy picture clears it each 3838 codes. */
    @Test
    void theClearCodesOfAnOrdinaryGifAreCounted() {
        BufferedImage noise = new BufferedImage(300, 300, BufferedImage.TYPE_BYTE_INDEXED);
        Random random = new Random(1);
        for (int i = 0; i < 90_000; i++) {
            noise.getRaster().setSample(i % 300, i / 300, 0, random.nextInt(256));
        }

        int clears = GifFile.clears(new Bytes(EncodedPictures.imageIo(ImageFormat.GIF, noise)));

        assertThat(clears).isBetween(15, 30);
    }

    @Test
    void aBmpThatEndsWithinItsHeader() {
        byte[] bmp = ByteBuffer.allocate(34)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {'B', 'M'})
                .position(14)
                .putInt(40)
                .putInt(1)
                .putInt(1)
                .putShort((short) 1)
                .putShort((short) 16)
                .array();

        assertRefused(bmp).hasMessageContaining("cut short");
    }
}
