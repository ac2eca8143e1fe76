package dev.xception.modelimport.keras;

/**
 * The window that a convolution or a pooling slides over a map.
 *
 * @param same whether the map is padded as TensorFlow's {@code same} does: so that the output has {@code ceil(input /
 *     stride)} positions, with the odd row or column at the bottom and right
 */
public record Window(int height, int width, int strideY, int strideX, int dilationY, int dilationX, boolean same) {

    public Window {
        if (height < 1 || width < 1 || strideY < 1 || strideX < 1 || dilationY < 1 || dilationX < 1) {
            throw new IllegalArgumentException("window " + height + "x" + width + " with strides " + strideY + "x"
                    + strideX + " and dilation " + dilationY + "x" + dilationX);
        }
    }

    /** Rows or columns of zeros before and after the map. */
    public record Padding(int before, int after) {}

    public Padding rows(Shape input) {
        return padding(input.height(), reach(height, dilationY), strideY);
    }

    public Padding columns(Shape input) {
        return padding(input.width(), reach(width, dilationX), strideX);
    }

    /** Whether the window ever sees padding over this input. */
    public boolean pads(Shape input) {
        Padding none = new Padding(0, 0);
        return !rows(input).equals(none) || !columns(input).equals(none);
    }

    public Shape output(Shape input, int channels) {
        return Shape.of(
                positions(input.height(), reach(height, dilationY), strideY),
                positions(input.width(), reach(width, dilationX), strideX),
                channels);
    }

    /** This window over a map that is padded as {@code same} does. */
    public Window withSame() {
        return new Window(height, width, strideY, strideX, dilationY, dilationX, true);
    }

    /** Whether a single position of the window is the whole map. */
    public boolean covers(Shape input) {
        return !pads(input)
                && height == input.height()
                && width == input.width()
                && output(input, 1).elements() == 1;
    }

    private Padding padding(int size, int reach, int stride) {
        int total = same ? Math.max(0, (positions(size, reach, stride) - 1) * stride + reach - size) : 0;
        return new Padding(total / 2, total - total / 2);
    }

    private int positions(int size, int reach, int stride) {
        return same ? Math.ceilDiv(size, stride) : Math.floorDiv(size - reach, stride) + 1;
    }

    private static int reach(int size, int dilation) {
        return Math.addExact(Math.multiplyExact(size - 1, dilation), 1);
    }
}
