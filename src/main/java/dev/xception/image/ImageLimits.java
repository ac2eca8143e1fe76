package dev.xception.image;

/**
 * What a picture may be before it is decoded.
 *
 * @param maxBytes most bytes of the encoded picture
 * @param maxPixels most pixels, width times height, as its header states them
 */
public record ImageLimits(long maxBytes, long maxPixels) {

    public ImageLimits {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("the most bytes of a picture must be at least 1, not " + maxBytes);
        }
        if (maxPixels < 1 || maxPixels > Integer.MAX_VALUE / RgbImage.CHANNELS) {
            throw new IllegalArgumentException("the most pixels of a picture must be between 1 and "
                    + Integer.MAX_VALUE / RgbImage.CHANNELS + ", not " + maxPixels);
        }
    }
}
