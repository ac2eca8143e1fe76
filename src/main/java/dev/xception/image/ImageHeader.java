package dev.xception.image;

import dev.xception.image.InvalidImageException.Reason;

/**
 * What a picture says of itself, read before any pixel is decoded.
 *
 * @param width columns as stored, before the orientation is applied
 * @param height rows as stored, before the orientation is applied
 * @param copies how many times the memory of its pixels a decoder needs; found by measuring
 */
public record ImageHeader(ImageFormat format, int width, int height, int copies) {

    public ImageHeader {
        if (width < 1 || height < 1) {
            throw InvalidImageException.undecodable("the picture has no pixels: " + width + " x " + height);
        }
    }

    ImageHeader(ImageFormat format, int width, int height) {
        this(format, width, height, 1);
    }

    ImageHeader withCopies(int number) {
        return new ImageHeader(format, width, height, number);
    }

    public long pixels() {
        return (long) width * height;
    }

    /** As many pixels as need the memory that decoding this picture needs. */
    public long decodingPixels() {
        return pixels() * copies;
    }

    /**
     * Reads the header of any format. Reads no more than the header's own structure and allocates nothing by its figures.
     *
     * @throws InvalidImageException EMPTY, UNKNOWN_FORMAT, or UNDECODABLE where the header is broken
     */
    public static ImageHeader read(byte[] encoded) {
        if (encoded.length == 0) {
            throw new InvalidImageException(Reason.EMPTY, "there are no bytes");
        }
        ImageFormat format = ImageFormat.of(encoded)
                .orElseThrow(() -> new InvalidImageException(
                        Reason.UNKNOWN_FORMAT, "the bytes are no JPEG, PNG, GIF, BMP, WebP or TIFF picture"));
        Bytes bytes = new Bytes(encoded);
        return switch (format) {
            case JPEG -> JpegFile.header(bytes);
            case PNG -> PngFile.header(bytes);
            case GIF -> GifFile.header(bytes);
            case BMP -> BmpFile.header(bytes);
            case WEBP -> WebpFile.header(bytes);
            case TIFF -> TiffFile.header(bytes);
        };
    }

    /** A header whose figures may be larger than any picture can be. */
    static ImageHeader of(ImageFormat format, long width, long height) {
        if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw new InvalidImageException(
                    Reason.TOO_MANY_PIXELS, "the picture claims " + width + " x " + height + " pixels");
        }
        return new ImageHeader(format, (int) width, (int) height);
    }
}
