package dev.xception.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The structure of a BMP file: a file header, a DIB header of several generations, a palette or masks, rows. */
final class BmpFile {

    private static final int DIB = 14;
    private static final int PLAIN = 0;
    private static final int MASKED = 3;

    /** What is rewritten stands in memory twice, beside its pixels. */
    private static final int COPIES_OF_REWRITTEN = 3;

    private BmpFile() {}

    static ImageHeader header(Bytes bmp) {
        long size = bmp.u32le(DIB);
        if (size == 12) {
            return new ImageHeader(ImageFormat.BMP, bmp.u16le(DIB + 4), bmp.u16le(DIB + 6));
        }
        if (size < 40) {
            throw InvalidImageException.undecodable("the BMP has an unknown header of " + size + " bytes");
        }
        // A negative height means that the rows are stored from the top.
        ImageHeader header = ImageHeader.of(ImageFormat.BMP, bmp.i32le(DIB + 4), Math.abs((long) bmp.i32le(DIB + 8)));
        return isRewritten(bmp) ? header.withCopies(COPIES_OF_REWRITTEN) : header;
    }

    private static boolean isRewritten(Bytes bmp) {
        if (bmp.u32le(DIB) == 12) {
            return false;
        }
        int bits = bmp.u16le(DIB + 14);
        if (bits != 16 && bits != 32) {
            return false;
        }
        int compression = bmp.i32le(DIB + 16);
        return compression == MASKED || (compression == PLAIN && bits == 16);
    }

    /**
     * The picture with 8 bits for each colour. OpenCV would take every 16-bit picture's colours for the high bits of 8,
     * and every 32-bit one's for the same order.
     */
    static byte[] trueColour(Bytes bmp) {
        if (!isRewritten(bmp)) {
            return bmp.array();
        }
        int bits = bmp.u16le(DIB + 14);
        boolean masked = bmp.i32le(DIB + 16) == MASKED;
        Channel red = new Channel(masked ? bmp.u32le(DIB + 40) : 0x7c00);
        Channel green = new Channel(masked ? bmp.u32le(DIB + 44) : 0x3e0);
        Channel blue = new Channel(masked ? bmp.u32le(DIB + 48) : 0x1f);

        ImageHeader header = header(bmp);
        long from = bmp.u32le(10);
        long stride = rowBytes(header.width(), bits);
        if (Math.max(DIB + 40, from + stride * header.height()) > bmp.length()) {
            throw InvalidImageException.undecodable("the BMP is cut short");
        }
        int wideStride = (int) rowBytes(header.width(), 24);
        ByteBuffer wide = ByteBuffer.allocate(DIB + 40 + Math.multiplyExact(wideStride, header.height()))
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(bmp.array(), 0, DIB + 40)
                .putInt(10, DIB + 40)
                .putInt(DIB, 40)
                .putShort(DIB + 14, (short) 24)
                .putInt(DIB + 16, PLAIN);
        for (int y = 0; y < header.height(); y++) {
            wide.position(DIB + 40 + y * wideStride);
            for (int x = 0; x < header.width(); x++) {
                long at = from + y * stride + (long) x * bits / 8;
                long pixel = bits == 16 ? bmp.u16le(at) : bmp.u32le(at);
                wide.put(blue.of(pixel)).put(green.of(pixel)).put(red.of(pixel));
            }
        }
        return wide.array();
    }

    /** Bytes of a row of the file, a multiple of 4. */
    private static long rowBytes(long width, int bits) {
        return (width * bits + 31) / 32 * 4;
    }

    /** The bits of a pixel that hold one colour. */
    private record Channel(long mask) {

        byte of(long pixel) {
            if (mask == 0) {
                return 0;
            }
            int shift = Long.numberOfTrailingZeros(mask);
            return (byte) (((pixel & mask) >> shift) * 255 / (mask >> shift));
        }
    }
}
