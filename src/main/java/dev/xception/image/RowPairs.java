package dev.xception.image;

import java.util.Arrays;

/**
 * Resizes rows along themselves, two at a time, and clips them to 8 bits.
 *
 * <p>The pixels that an output pixel is weighed out of lie at a place of its own, so the compiler finds no vectors here, and
 * multiplications are what the time goes into. Therefore one multiplication weighs the same place of two rows: the upper row
 * lies in the low halves of longs, the lower row in the high halves. Any sum of products fits in an int, so that a half never
 * overflows into the other; it does borrow from it where it is negative, which is undone at the end.
 */
final class RowPairs {

    private static final long ROUND = (1L << (AxisWeights.PRECISION_BITS - 1)) * 0x1_0000_0001L;

    private final int channels;
    private final AxisWeights weights;
    private final long[] pixels;
    private final long[] sums;

    /**
     * @param width of a source row
     * @param channels 1 or 3
     */
    RowPairs(int width, int channels, AxisWeights weights) {
        this.channels = channels;
        this.weights = weights;
        // The padding of the last pixels' weights is multiplied with zeros.
        this.pixels = new long[(width + weights.taps) * channels];
        this.sums = new long[weights.first.length * channels];
    }

    /** Source rows may be longer than the width; output rows hold a sample, from 0 to 255, in each int. */
    void resize(byte[] upper, byte[] lower, int[] toUpper, int[] toLower) {
        pair(upper, lower, pixels, pixels.length - weights.taps * channels);
        Arrays.fill(sums, ROUND);
        for (int group = 0; group < weights.groups(); group++) {
            if (channels == 3) {
                addRgb(pixels, group * 12, weights.first, weights.weights, weights.place(group, 0), sums);
            } else {
                addGrey(pixels, group * 4, weights.first, weights.weights, weights.place(group, 0), sums);
            }
        }
        part(sums, toUpper, toLower);
    }

    /** Two loops: both rows in one would not become vector instructions. */
    private static void pair(byte[] upper, byte[] lower, long[] pixels, int count) {
        for (int i = 0; i < count; i++) {
            pixels[i] = upper[i];
        }
        for (int i = 0; i < count; i++) {
            pixels[i] = (((long) lower[i] << 32) & 0xff_0000_0000L) | (pixels[i] & 0xffL);
        }
    }

    /** Adds one group of taps to every pixel of a row. Without a loop over taps inside it runs three times as fast. */
    private static void addRgb(long[] from, int offset, int[] first, long[] weights, int weight, long[] to) {
        for (int x = 0; x < first.length; x++) {
            int at = first[x] * 3 + offset;
            long w0 = weights[weight + x * 4];
            long w1 = weights[weight + x * 4 + 1];
            long w2 = weights[weight + x * 4 + 2];
            long w3 = weights[weight + x * 4 + 3];
            to[x * 3] += from[at] * w0 + from[at + 3] * w1 + from[at + 6] * w2 + from[at + 9] * w3;
            to[x * 3 + 1] += from[at + 1] * w0 + from[at + 4] * w1 + from[at + 7] * w2 + from[at + 10] * w3;
            to[x * 3 + 2] += from[at + 2] * w0 + from[at + 5] * w1 + from[at + 8] * w2 + from[at + 11] * w3;
        }
    }

    private static void addGrey(long[] from, int offset, int[] first, long[] weights, int weight, long[] to) {
        for (int x = 0; x < first.length; x++) {
            int at = first[x] + offset;
            to[x] += from[at] * weights[weight + x * 4]
                    + from[at + 1] * weights[weight + x * 4 + 1]
                    + from[at + 2] * weights[weight + x * 4 + 2]
                    + from[at + 3] * weights[weight + x * 4 + 3];
        }
    }

    private static void part(long[] sums, int[] toUpper, int[] toLower) {
        for (int i = 0; i < sums.length; i++) {
            int upper = (int) sums[i];
            int lower = (int) ((sums[i] - upper) >> 32);
            toUpper[i] = Math.min(255, Math.max(0, upper >> AxisWeights.PRECISION_BITS));
            toLower[i] = Math.min(255, Math.max(0, lower >> AxisWeights.PRECISION_BITS));
        }
    }
}
