package dev.xception.image;

/**
 * The picture a model takes.
 *
 * @param channels 3 for red, green, blue; 1 for grey
 */
public record InputShape(int width, int height, int channels) {

    public InputShape {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("a model's picture cannot be " + width + " x " + height);
        }
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("a model's picture has 1 or 3 channels, not " + channels);
        }
    }

    /** Bytes of one picture: rows from the top, channels fastest. */
    public int bytes() {
        return Math.multiplyExact(Math.multiplyExact(width, height), channels);
    }
}
