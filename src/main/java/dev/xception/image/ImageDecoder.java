package dev.xception.image;

import dev.xception.image.InvalidImageException.Reason;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Turns an encoded picture into RGB pixels, equal to those of Pillow's {@code convert("RGB")}.
 *
 * <p>Limits are held against the header, before any pixel is decoded. Where OpenCV would read a file otherwise than Pillow
 * does, it is given that file rewritten. Any number of threads may share a decoder; each decodes on its own.
 */
public final class ImageDecoder {

    private final ImageLimits limits;
    private final boolean applyOrientation;

    /**
     * Loads the native decoder, too, so that the first picture does not wait for it.
     *
     * @param applyOrientation whether the orientation in the picture's EXIF metadata is applied; that of a TIFF always is
     */
    public ImageDecoder(ImageLimits limits, boolean applyOrientation) {
        this.limits = limits;
        this.applyOrientation = applyOrientation;
        OpenCv.load();
    }

    /**
     * Reads the header and holds it against the limits.
     *
     * @throws InvalidImageException for any {@link Reason}
     */
    public ImageHeader readHeader(byte[] encoded) {
        if (encoded.length > limits.maxBytes()) {
            throw new InvalidImageException(
                    Reason.TOO_MANY_BYTES, encoded.length + " bytes are more than " + limits.maxBytes());
        }
        ImageHeader header = ImageHeader.read(encoded);
        if (header.pixels() > limits.maxPixels()) {
            throw new InvalidImageException(
                    Reason.TOO_MANY_PIXELS,
                    header.width() + " x " + header.height() + " pixels are more than " + limits.maxPixels());
        }
        return header;
    }

    /**
     * Decodes the first picture of the file. The caller closes it.
     *
     * @throws InvalidImageException for any {@link Reason}
     */
    public RgbImage decode(byte[] encoded) {
        ImageHeader header = readHeader(encoded);
        Mat picture = OpenCv.decode(asDecoded(header.format(), encoded), applyOrientation);
        if (picture == null) {
            throw InvalidImageException.undecodable("the " + header.format() + " cannot be decoded");
        }
        boolean upright = picture.cols() == header.width() && picture.rows() == header.height();
        boolean turned = picture.cols() == header.height() && picture.rows() == header.width();
        if (!upright && !turned) {
            picture.close();
            throw InvalidImageException.undecodable(
                    "the " + header.format() + " decodes to another size than its header states");
        }
        return new RgbImage(header.format(), picture.cols(), picture.rows(), picture.createBuffer(), picture::close);
    }

    /** The bytes to decode: the file, or what it is rewritten to. */
    private static byte[] asDecoded(ImageFormat format, byte[] encoded) {
        Bytes bytes = new Bytes(encoded);
        return switch (format) {
            case JPEG -> {
                JpegFile.check(bytes);
                yield encoded;
            }
            case PNG -> PngFile.plain(bytes);
            case GIF -> GifFile.firstImage(bytes);
            case TIFF -> TiffFile.opaque(bytes);
            case BMP -> BmpFile.trueColour(bytes);
            case WEBP -> encoded;
        };
    }
}
