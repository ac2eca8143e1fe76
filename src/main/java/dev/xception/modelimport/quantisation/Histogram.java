package dev.xception.modelimport.quantisation;

import java.nio.FloatBuffer;

/**
 * How often which values occur in a tensor. Bins of equal width lie around zero; when a value lies outside them, pairs of
 * bins become one of double width, so that memory is fixed and nothing has to be known beforehand.
 */
final class Histogram {

    /** Bins on each side of zero. */
    static final int HALF = 4096;

    private final long[] counts = new long[2 * HALF];
    private double binWidth = Float.MIN_NORMAL;
    private float min = Float.POSITIVE_INFINITY;
    private float max = Float.NEGATIVE_INFINITY;

    /** Counts the buffer's remaining values; leaves its position. */
    void add(FloatBuffer values) {
        for (int i = values.position(); i < values.limit(); i++) {
            add(values.get(i));
        }
    }

    void add(float value) {
        if (!Float.isFinite(value)) {
            throw new IllegalArgumentException("a tensor holds the value " + value);
        }
        min = Math.min(min, value);
        max = Math.max(max, value);
        int bin = (int) Math.floor(value / binWidth);
        while (bin < -HALF || bin >= HALF) {
            widen();
            bin = (int) Math.floor(value / binWidth);
        }
        counts[HALF + bin]++;
    }

    private void widen() {
        long[] wide = new long[counts.length];
        for (int i = 0; i < counts.length; i++) {
            wide[HALF + Math.floorDiv(i - HALF, 2)] += counts[i];
        }
        System.arraycopy(wide, 0, counts, 0, counts.length);
        binWidth *= 2;
    }

    boolean isEmpty() {
        return min > max;
    }

    float min() {
        return min;
    }

    float max() {
        return max;
    }

    double binWidth() {
        return binWidth;
    }

    /** How many values lie in {@code [bin * binWidth, (bin + 1) * binWidth)}; {@code bin} from {@code -HALF}. */
    long count(int bin) {
        return counts[HALF + bin];
    }

    long total() {
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        return total;
    }

    /** The value that this share of all values does not exceed, as exact as a bin. */
    double quantile(double share) {
        double wanted = share * total();
        long below = 0;
        for (int bin = -HALF; bin < HALF; bin++) {
            below += count(bin);
            if (below >= wanted && below > 0) {
                return Math.clamp((bin + 1) * binWidth, min, max);
            }
        }
        return max;
    }
}
