package dev.xception.modelimport.quantisation;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What the bytes of a tensor's channels mean, where each has steps of its own. Some channels may be copies of others: all that
 * hold one channel have consecutive parts of its range, each is clipped to its own, and together they have as many more steps.
 *
 * @param sources of each channel the one whose values it holds, itself or another
 * @param sizes of each channel's steps
 * @param lowest of each channel, the value of its first step
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record ChannelSteps(int[] sources, double[] sizes, double[] lowest) {

    /** Of the bytes, counted in steps. */
    static final ByteScale SCALE = new ByteScale(1, 128);

    static final int LEVELS = 255;

    /**
     * How much of its difference from the widest channel's range another one loses, as in {@link Equalisation}: ranges that few
     * pictures reach keep some room, and the weights of the readers stay usable.
     */
    private static final double EXPONENT = 0.5;

    private static final double SMALLEST_SHARE = 0.01;

    /**
     * Steps for ranges. Spare channels become copies, one after another of that channel whose steps cause most noise then.
     *
     * @param weights how much each channel's squared error weighs
     * @param spare which channels mean nothing by themselves
     * @param share how much of the ranges to keep
     */
    static ChannelSteps of(ChannelRanges ranges, double[] weights, boolean[] spare, double share) {
        int channels = ranges.channels();
        int[] sources = IntStream.range(0, channels).toArray();
        int[] parts = new int[channels];
        Arrays.fill(parts, 1);
        for (int channel = 0; channel < channels; channel++) {
            if (spare[channel]) {
                sources[channel] = noisiest(ranges, weights, parts);
                parts[sources[channel]]++;
            }
        }
        double widest = Float.MIN_NORMAL;
        for (int channel = 0; channel < channels; channel++) {
            widest = Math.max(widest, ranges.width(channel) / parts[channel]);
        }
        double[] sizes = new double[channels];
        double[] lowest = new double[channels];
        int[] copies = new int[channels];
        for (int channel = 0; channel < channels; channel++) {
            int source = sources[channel];
            double ofWidest = Math.max(ranges.width(source) / parts[source] / widest, SMALLEST_SHARE);
            double width = Math.pow(ofWidest, EXPONENT) * widest * share;
            // A copy may come before its source: the source has the first part all the same.
            int part = source == channel ? 0 : ++copies[source];
            sizes[channel] = width / LEVELS;
            lowest[channel] = ranges.middle(source) + (part - parts[source] / 2.0) * width;
        }
        return new ChannelSteps(sources, sizes, lowest);
    }

    private static int noisiest(ChannelRanges ranges, double[] weights, int[] parts) {
        int noisiest = 0;
        double most = -1;
        for (int channel = 0; channel < weights.length; channel++) {
            double width = ranges.width(channel) / parts[channel];
            double noise = weights[channel] * width * width;
            if (noise > most) {
                most = noise;
                noisiest = channel;
            }
        }
        return noisiest;
    }

    boolean isCopy(int channel) {
        return sources[channel] != channel;
    }

    /** The value whose count is zero. */
    double zero(int channel) {
        return lowest[channel] + SCALE.zeroPoint() * sizes[channel];
    }

    /** What a channel's value is when the counts of all that hold a part of it are zero. */
    double[] offsets() {
        double[] offsets = new double[sizes.length];
        for (int channel = 0; channel < offsets.length; channel++) {
            offsets[channel] += isCopy(channel) ? 0 : lowest[channel];
            offsets[sources[channel]] += SCALE.zeroPoint() * sizes[channel];
        }
        return offsets;
    }
}
