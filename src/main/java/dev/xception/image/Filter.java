package dev.xception.image;

/**
 * The resampling filters of Pillow. All but {@link #NEAREST} are stretched with the reduction, so that reducing a picture
 * averages its pixels.
 */
public enum Filter {
    NEAREST(0),
    BOX(0.5),
    BILINEAR(1),
    HAMMING(1),
    BICUBIC(2),
    LANCZOS(3);

    private final double support;

    Filter(double support) {
        this.support = support;
    }

    /** Half the width of the filter, in pixels of the coarser grid. */
    double support() {
        return support;
    }

    /** The filter's value at a distance of {@code x} pixels of the coarser grid. */
    double weight(double x) {
        return switch (this) {
            case NEAREST -> throw new IllegalStateException("nearest picks pixels, it does not weigh them");
            case BOX -> x > -0.5 && x <= 0.5 ? 1 : 0;
            case BILINEAR -> Math.max(0, 1 - Math.abs(x));
            case HAMMING -> hamming(Math.abs(x));
            case BICUBIC -> bicubic(Math.abs(x));
            case LANCZOS -> x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
        };
    }

    private static double hamming(double x) {
        if (x == 0 || x >= 1) {
            return x == 0 ? 1 : 0;
        }
        // Pillow's constants are floats; their sum is not 1.
        return sinc(x) * (0.54f + 0.46f * Math.cos(x * Math.PI));
    }

    /** The cubic convolution kernel with a = -0.5. */
    private static double bicubic(double x) {
        if (x < 1) {
            return (1.5 * x - 2.5) * x * x + 1;
        }
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
    }
}
