package dev.xception.image;

import java.nio.ByteBuffer;

/**
 * A picture that waits for the heat map to be laid over it. It holds its own copy of the pixels, so the decoded picture can
 * be closed; a large one is copied smaller.
 */
public final class HeatMapPicture {

    /** Longest side of a copy, in pixels: more would cost more to compress than the network costs to run. */
    private static final int LONGEST_SIDE = 1024;

    private static final float OPACITY = 0.6f;

    private final InputShape shape;
    private final ByteBuffer pixels;
    private final Region heated;

    private HeatMapPicture(RgbImage image, InputShape shape, Preprocessor preprocessor, Fit fit, Region heated) {
        this.shape = shape;
        this.pixels = ByteBuffer.allocate(shape.bytes());
        this.heated = heated;
        preprocessor.preprocess(image, fit, pixels);
    }

    /** The picture as the model sees it. */
    public static HeatMapPicture asTheModelSees(RgbImage image, Preprocessor preprocessor, Fit fit) {
        InputShape shape = preprocessor.shape();
        return new HeatMapPicture(image, shape, preprocessor, fit, new Region(0, 0, shape.width(), shape.height()));
    }

    /** The whole picture; {@code seen} is the part of it that the model sees. */
    public static HeatMapPicture asItIs(RgbImage image, Region seen) {
        double scale = Math.min(1, (double) LONGEST_SIDE / Math.max(image.width(), image.height()));
        InputShape shape = new InputShape(
                (int) Math.max(1, Math.round(scale * image.width())),
                (int) Math.max(1, Math.round(scale * image.height())),
                RgbImage.CHANNELS);
        double across = (double) shape.width() / image.width();
        double down = (double) shape.height() / image.height();
        Region heated = new Region(seen.x() * across, seen.y() * down, seen.width() * across, seen.height() * down);
        return new HeatMapPicture(image, shape, new Preprocessor(shape, Filter.BILINEAR), Fit.SQUASH, heated);
    }

    /**
     * The picture under the map, as PNG. Colours run from 0 to the map's largest value: what is negative shows as 0.
     *
     * @param values {@code rows * columns}, rows from the top
     */
    public byte[] png(int columns, int rows, float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, value);
        }
        Axis across = new Axis(shape.width(), heated.x(), heated.width(), columns);
        Axis down = new Axis(shape.height(), heated.y(), heated.height(), rows);
        byte[] drawn = new byte[shape.width() * shape.height() * RgbImage.CHANNELS];
        int at = 0;
        for (int y = 0; y < shape.height(); y++) {
            for (int x = 0; x < shape.width(); x++) {
                int colour = pixel(x, y);
                if (across.covers(x) && down.covers(y)) {
                    float upper = across.between(x, values, down.low(y) * columns);
                    float lower = across.between(x, values, down.high(y) * columns);
                    float value = upper + down.share(y) * (lower - upper);
                    colour = Viridis.mix(colour, Viridis.colour(largest == 0 ? 0 : value / largest), OPACITY);
                }
                drawn[at++] = (byte) (colour >> 16);
                drawn[at++] = (byte) (colour >> 8);
                drawn[at++] = (byte) colour;
            }
        }
        return PngWriter.write(drawn, shape.width(), shape.height());
    }

    /** In pixels. */
    public long size() {
        return (long) shape.width() * shape.height();
    }

    private int pixel(int x, int y) {
        int at = (y * shape.width() + x) * shape.channels();
        int red = pixels.get(at) & 0xff;
        if (shape.channels() == 1) {
            return (red << 16) | (red << 8) | red;
        }
        return (red << 16) | ((pixels.get(at + 1) & 0xff) << 8) | (pixels.get(at + 2) & 0xff);
    }

    /** Where the pixels along one side lie among the centres of the map's cells. */
    private static final class Axis {

        private final int cells;
        private final float[] at;
        private final boolean[] covered;

        Axis(int pixels, double start, double length, int cells) {
            this.cells = cells;
            this.at = new float[pixels];
            this.covered = new boolean[pixels];
            for (int i = 0; i < pixels; i++) {
                double fraction = (i + 0.5 - start) / length;
                covered[i] = fraction >= 0 && fraction <= 1;
                at[i] = (float) Math.clamp(fraction * cells - 0.5, 0, cells - 1);
            }
        }

        boolean covers(int pixel) {
            return covered[pixel];
        }

        int low(int pixel) {
            return (int) at[pixel];
        }

        int high(int pixel) {
            return Math.min(low(pixel) + 1, cells - 1);
        }

        float share(int pixel) {
            return at[pixel] - low(pixel);
        }

        float between(int pixel, float[] values, int row) {
            float low = values[row + low(pixel)];
            return low + share(pixel) * (values[row + high(pixel)] - low);
        }
    }
}
