package dev.xception.image;

/** The structure of a BMP file: a file header, a DIB header of several generations, a palette or masks, rows. */
final class BmpFile {

    private static final int DIB = 14;

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
        return ImageHeader.of(ImageFormat.BMP, bmp.i32le(DIB + 4), Math.abs((long) bmp.i32le(DIB + 8)));
    }
}
