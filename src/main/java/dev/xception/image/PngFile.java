package dev.xception.image;

import java.io.ByteArrayOutputStream;
import java.util.zip.CRC32;

/** The structure of a PNG file (W3C PNG, third edition): a signature and chunks, each with its own checksum. */
final class PngFile {

    private static final int SIGNATURE = 8;

    private PngFile() {}

    static ImageHeader header(Bytes png) {
        if (png.u32be(SIGNATURE) != 13 || !png.has(SIGNATURE + 4, "IHDR")) {
            throw InvalidImageException.undecodable("the PNG does not begin with its header");
        }
        ImageHeader header = ImageHeader.of(ImageFormat.PNG, png.u32be(16), png.u32be(20));
        return isTurned(png) ? header.withCopies(2) : header;
    }

    private static boolean isTurned(Bytes png) {
        for (long at = SIGNATURE; at + 12 <= png.length(); at += 12 + png.u32be(at)) {
            if (png.has(at + 4, "eXIf") && TiffFile.isTurned(png.part(at + 8, png.u32be(at)))) {
                return true;
            }
        }
        return false;
    }

    /**
     * The picture without what does not make its pixels. Without animation chunks the decoder sees the same first
     * picture as Pillow, and colour profiles and texts cannot make it talk or inflate them.
     */
    static byte[] plain(Bytes png) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream(png.length());
        plain.write(png.array(), 0, SIGNATURE);
        CRC32 crc = new CRC32();
        int at = SIGNATURE;
        boolean ended = false;
        while (!ended) {
            long end = at + 12L + png.u32be(at);
            if (end > png.length()) {
                throw InvalidImageException.undecodable("the PNG is cut short");
            }
            int size = (int) (end - at);
            ended = png.has(at + 4, "IEND");
            if (ended || makesPixels(png, at + 4)) {
                crc.reset();
                crc.update(png.array(), at + 4, size - 8);
                if (crc.getValue() != png.u32be(end - 4)) {
                    throw InvalidImageException.undecodable("a checksum of the PNG is wrong");
                }
                plain.write(png.array(), at, size);
            }
            at = (int) end;
        }
        return plain.toByteArray();
    }

    /** Orientation (eXIf) turns pixels, so it stays too. */
    private static boolean makesPixels(Bytes png, long at) {
        return png.has(at, "IHDR")
                || png.has(at, "PLTE")
                || png.has(at, "tRNS")
                || png.has(at, "eXIf")
                || png.has(at, "IDAT");
    }
}
