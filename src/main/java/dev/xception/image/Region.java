package dev.xception.image;

/**
 * The part of the upright picture, in its pixels, that fills the model's input. With {@link Fit#PAD} it reaches beyond the
 * picture, by the black bars.
 */
public record Region(double x, double y, double width, double height) {

    public Region {
        if (!(width > 0 && height > 0)) {
            throw new IllegalArgumentException("a region cannot be " + width + " x " + height);
        }
    }

    /** The picture's column at a fraction of the model's width: 0 is the left edge, 1 the right one. */
    public double pictureX(double fraction) {
        return x + fraction * width;
    }

    /** The picture's row at a fraction of the model's height: 0 is the top edge, 1 the bottom one. */
    public double pictureY(double fraction) {
        return y + fraction * height;
    }
}
