package dev.xception.image;

/**
 * How each pixel of a resized axis is weighed out of the source pixels: in fixed point, summing to about 2^22.
 *
 * <p>The arithmetic is that of Pillow's {@code precompute_coeffs} and {@code normalize_coeffs_8bpc}, in the same order, so
 * that the same integers come out. Every output pixel has the same number of taps, padded with zeros to a multiple
 * of 4: they are taken in groups of 4, all output pixels' first groups before their second ones.
 */
final class AxisWeights {

    /** 32 bits, less 8 for the pixel and 2 for the overshoot of filters with negative lobes. */
    static final int PRECISION_BITS = 32 - 8 - 2;

    /** Source pixels for each output pixel. */
    final int taps;

    /** The first source pixel of each output pixel; the padding may reach beyond the source. */
    final int[] first;

    /** Four weights for each output pixel, for each group; each fits in an int. */
    final long[] weights;

    AxisWeights(int from, int to, Filter filter) {
        double scale = (double) from / to;
        double filterScale = Math.max(scale, 1);
        double support = filter.support() * filterScale;
        double inverse = 1 / filterScale;

        first = new int[to];
        int[] counts = new int[to];
        int most = 0;
        for (int i = 0; i < to; i++) {
            double centre = (i + 0.5) * scale;
            first[i] = Math.max((int) (centre - support + 0.5), 0);
            counts[i] = Math.min((int) (centre + support + 0.5), from) - first[i];
            most = Math.max(most, counts[i]);
        }

        taps = (most + 3) & ~3;
        weights = new long[Math.multiplyExact(to, taps)];
        double[] exact = new double[most];
        for (int i = 0; i < to; i++) {
            double centre = (i + 0.5) * scale;
            double sum = 0;
            for (int k = 0; k < counts[i]; k++) {
                exact[k] = filter.weight((k + first[i] - centre + 0.5) * inverse);
                sum += exact[k];
            }
            for (int k = 0; k < counts[i]; k++) {
                weights[place(k / 4, i) + k % 4] = fixedPoint(sum == 0 ? exact[k] : exact[k] / sum);
            }
        }
    }

    int groups() {
        return taps / 4;
    }

    /** Where the four weights of an output pixel for a group of taps begin. */
    int place(int group, int output) {
        return (group * first.length + output) * 4;
    }

    private static int fixedPoint(double weight) {
        double scaled = weight * (1 << PRECISION_BITS);
        return (int) (weight < 0 ? scaled - 0.5 : scaled + 0.5);
    }
}
