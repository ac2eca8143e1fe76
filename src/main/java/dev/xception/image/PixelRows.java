package dev.xception.image;

/** A picture as rows of 8-bit pixels, read one at a time. */
interface PixelRows {

    int width();

    int height();

    int channels();

    /** Writes row {@code y} to the start of {@code row}, which may be longer. */
    void read(int y, byte[] row);
}
