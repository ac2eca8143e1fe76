package dev.xception.modelimport.quantisation;

import java.util.function.ToDoubleFunction;

/**
 * Finds how much of a distribution's ends to clip. Clipping makes the steps between bytes smaller, at the cost of those values
 * that lie outside. The same bound holds on both sides of zero, as far as there are values.
 */
final class ClippingSearch {

    private static final int CANDIDATES = 100;
    private static final double SMALLEST = 0.1;
    private static final int LEVELS = 256;

    private ClippingSearch() {}

    static Range leastDivergence(Histogram values) {
        return best(values, range -> divergence(values, range));
    }

    static Range leastSquaredError(Histogram values) {
        return best(values, range -> squaredError(values, range));
    }

    private static Range best(Histogram values, ToDoubleFunction<Range> cost) {
        double outermost = Math.max(Math.abs(values.min()), Math.abs(values.max()));
        Range best = new Range(values.min(), values.max());
        double least = cost.applyAsDouble(best);
        for (int i = 1; i < CANDIDATES; i++) {
            double bound = outermost * (1 - (1 - SMALLEST) * i / CANDIDATES);
            Range clipped = new Range(Math.clamp(values.min(), -bound, bound), Math.clamp(values.max(), -bound, bound));
            double candidate = cost.applyAsDouble(clipped);
            if (candidate < least) {
                least = candidate;
                best = clipped;
            }
        }
        return best;
    }

    /**
     * The mean squared difference between the values, each taken as the middle of its bin, and what the range's bytes make of
     * them.
     */
    static double squaredError(Histogram values, Range range) {
        ByteScale scale = ByteScale.over(range);
        double sum = 0;
        for (int bin = -Histogram.HALF; bin < Histogram.HALF; bin++) {
            long count = values.count(bin);
            if (count > 0) {
                // Zero itself, which most activations are full of, lies at the edge of its bin.
                double value = bin == 0 ? 0 : (bin + 0.5) * values.binWidth();
                double error = scale.rounded(value) - value;
                sum += count * error * error;
            }
        }
        return sum / values.total();
    }

    /**
     * The divergence of the bytes from the values clipped to the range, as in Migacz, "8-bit inference with TensorRT" (2017):
     * each byte's count is spread evenly over those of its bins that hold values. The bin of zero, which most activations
     * fill, is exact whatever the range, and left out.
     */
    static double divergence(Histogram values, Range range) {
        double width = values.binWidth();
        int first = Math.clamp((int) Math.floor(range.low() / width), -Histogram.HALF, Histogram.HALF - 1);
        int last = Math.clamp((int) Math.floor(range.high() / width), -Histogram.HALF, Histogram.HALF - 1);
        int bins = last - first + 1;
        long[] clipped = new long[bins];
        long[] inside = new long[bins];
        for (int bin = -Histogram.HALF; bin < Histogram.HALF; bin++) {
            if (bin != 0) {
                clipped[Math.clamp(bin, first, last) - first] += values.count(bin);
                if (bin >= first && bin <= last) {
                    inside[bin - first] = values.count(bin);
                }
            }
        }
        double[] spread = spread(inside);
        double total = 0;
        double spreadTotal = 0;
        for (int i = 0; i < bins; i++) {
            total += clipped[i];
            spreadTotal += spread[i];
        }
        double divergence = 0;
        for (int i = 0; i < bins; i++) {
            if (clipped[i] > 0) {
                double p = clipped[i] / total;
                // Where the clipped ends pile up there may be no byte's count.
                double q = Math.max(spread[i] / spreadTotal, 1e-12);
                divergence += p * Math.log(p / q);
            }
        }
        return divergence;
    }

    private static double[] spread(long[] counts) {
        double[] spread = new double[counts.length];
        for (int level = 0; level < LEVELS; level++) {
            int from = (int) ((long) level * counts.length / LEVELS);
            int to = (int) ((level + 1L) * counts.length / LEVELS);
            long sum = 0;
            int filled = 0;
            for (int i = from; i < to; i++) {
                sum += counts[i];
                filled += counts[i] > 0 ? 1 : 0;
            }
            for (int i = from; i < to; i++) {
                spread[i] = counts[i] > 0 ? (double) sum / filled : 0;
            }
        }
        return spread;
    }
}
