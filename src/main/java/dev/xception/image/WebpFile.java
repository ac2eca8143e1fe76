package dev.xception.image;

/** The structure of a WebP file (RFC 9649): a RIFF container whose first chunk tells the picture's size. */
final class WebpFile {

    private static final int CHUNK = 12;
    private static final int ANIMATION = 0x02;

    /** Two screens of four bytes a pixel are kept beside the pixels. */
    private static final int COPIES_OF_ANIMATION = 4;

    /** What is lossless or has alpha is decoded to four bytes a pixel first. */
    private static final int COPIES_OF_LOSSLESS = 3;

    private WebpFile() {}

    static ImageHeader header(Bytes webp) {
        int content = CHUNK + 8;
        if (webp.has(CHUNK, "VP8X")) {
            boolean animated = (webp.u8(content) & ANIMATION) != 0;
            return new ImageHeader(
                    ImageFormat.WEBP,
                    webp.u24le(content + 4) + 1,
                    webp.u24le(content + 7) + 1,
                    animated ? COPIES_OF_ANIMATION : COPIES_OF_LOSSLESS);
        }
        if (webp.has(CHUNK, "VP8L") && webp.u8(content) == 0x2f) {
            long sizes = webp.u32le(content + 1);
            return new ImageHeader(
                    ImageFormat.WEBP,
                    (int) (sizes & 0x3fff) + 1,
                    (int) ((sizes >> 14) & 0x3fff) + 1,
                    COPIES_OF_LOSSLESS);
        }
        if (webp.has(CHUNK, "VP8 ") && webp.has(content + 3, "\u009d\u0001*")) {
            return new ImageHeader(
                    ImageFormat.WEBP, webp.u16le(content + 6) & 0x3fff, webp.u16le(content + 8) & 0x3fff);
        }
        throw InvalidImageException.undecodable("the WebP does not begin with a picture");
    }
}
