package dev.xception.serving;

import dev.xception.classification.PixelBuffers;
import dev.xception.image.Fit;
import dev.xception.image.ImageDecoder;
import dev.xception.image.Preprocessor;
import dev.xception.image.RgbImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Decodes and preprocesses one drawn picture, so that no request pays for loading the native decoder. */
final class WarmUp {

    private static final int SIZE = 64;
    private static final int HEADER = 54;

    private WarmUp() {}

    static void run(ImageDecoder decoder, Preprocessor preprocessor, PixelBuffers buffers) {
        ByteBuffer pixels = buffers.take();
        try (RgbImage image = decoder.decode(bitmap())) {
            preprocessor.preprocess(image, Fit.CROP, pixels);
        } finally {
            buffers.giveBack(pixels);
        }
    }

    /** A black BMP of 24 bits: the one format that is made without an encoder. */
    private static byte[] bitmap() {
        int bytes = HEADER + SIZE * SIZE * 3;
        return ByteBuffer.allocate(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 'B')
                .put((byte) 'M')
                .putInt(bytes)
                .putInt(0)
                .putInt(HEADER)
                .putInt(40)
                .putInt(SIZE)
                .putInt(SIZE)
                .putShort((short) 1)
                .putShort((short) 24)
                .array();
    }
}
