package dev.xception.image;

/**
 * How each pixel of a resized axis is weighed out of the source pixels: in fixed point, summing to about 2^22.
 *
 * <p>The arithmetic is that of Pillow's {@code precompute_coeffs} and {@code normalize_coeffs_8bpc}, in the same order, so
 * that the same integers come out. Every output pixel has the same number of taps, a multiple of 4, padded with zeros.
 */
final class AxisWeights {

    /** 32 bits, less 8 for the pixel and 2 for the overshoot of filters with negative lobes. */
    static final int PRECISION_BITS = 32 - 8 - 2;

    /** Source pixels for each output pixel. */
    final int taps;

    /** The first source pixel of each output pixel; the padding may reach beyond the source. */
    final int[] first;

    /** {@link #taps} weights for each output pixel. */
    final int[] weights;

    AxisWeights(int from, int to, Filter filter) {
        double scale = (double) from / to;
        double filterScale = Math.max(scale, 1);
        double support = filter.support() * filterScale;
        double inverse = 1 / filterScale;

        taps = (Math.min(from, (int) Math.ceil(support) * 2 + 1) + 3) & ~3;
        first = new int[to];
        weights = new int[Math.multiplyExact(to, taps)];
        double[] exact = new double[taps];
        for (int i = 0; i < to; i++) {
            double center = (i + 0.5) * scale;
            int begin = Math.max((int) (center - support + 0.5), 0);
            int count = Math.min((int) (center + support + 0.5), from) - begin;
            double sum = 0;
            for (int k = 0; k < count; k++) {
                exact[k] = filter.weight((k + begin - center + 0.5) * inverse);
                sum += exact[k];
            }
            first[i] = begin;
            for (int k = 0; k < count; k++) {
                weights[i * taps + k] = fixedPoint(sum == 0 ? exact[k] : exact[k] / sum);
            }
        }
    }

    private static int fixedPoint(double weight) {
        double scaled = weight * (1 << PRECISION_BITS);
        return (int) (weight < 0 ? scaled - 0.5 : scaled + 0.5);
    }
}
