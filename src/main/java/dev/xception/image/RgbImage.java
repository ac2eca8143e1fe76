package dev.xception.image;

import java.nio.ByteBuffer;

/**
 * A decoded picture, upright: 8-bit red, green, blue, rows from the top, no padding. It owns native memory, so it must be
 * closed; it is used by one thread at a time.
 */
public final class RgbImage implements AutoCloseable {

    static final int CHANNELS = 3;

    private final ImageFormat format;
    private final int width;
    private final int height;
    private final ByteBuffer pixels;
    private final Runnable release;
    private boolean closed;

    /**
     * @param pixels {@code width * height * 3} bytes
     * @param release run once, when the picture is closed
     */
    RgbImage(ImageFormat format, int width, int height, ByteBuffer pixels, Runnable release) {
        if ((long) width * height * CHANNELS != pixels.capacity()) {
            throw new IllegalArgumentException(
                    width + " x " + height + " RGB pixels are not " + pixels.capacity() + " bytes");
        }
        this.format = format;
        this.width = width;
        this.height = height;
        this.pixels = pixels;
        this.release = release;
    }

    /** The format it was decoded from. */
    public ImageFormat format() {
        return format;
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** Copies {@code count} pixels of row {@code y}, from column {@code x} on, to the start of {@code row}. */
    public void readRow(int y, int x, int count, byte[] row) {
        if (closed) {
            throw new IllegalStateException("the picture is closed");
        }
        if (x < 0 || count < 0 || count > width - x) {
            throw new IndexOutOfBoundsException("pixels " + x + " to " + (x + count) + " of a row of " + width);
        }
        pixels.get((y * width + x) * CHANNELS, row, 0, count * CHANNELS);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            release.run();
        }
    }
}
