package dev.xception.modelimport;

/** The size in pixels of the pictures that a model takes. */
public record InputSize(int width, int height) {

    private static final int MAX = 8192;

    public InputSize {
        requireWithinLimits(width);
        requireWithinLimits(height);
    }

    public static InputSize square(int size) {
        return new InputSize(size, size);
    }

    private static void requireWithinLimits(int size) {
        if (size < 1 || size > MAX) {
            throw new IllegalArgumentException("input size " + size + " is not within 1.." + MAX);
        }
    }
}
