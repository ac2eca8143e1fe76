package dev.xception.modelimport.quantisation;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The least and the greatest value of each channel of a tensor. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record ChannelRanges(float[] low, float[] high) {

    /** Measures tensors of the graph with the pictures. */
    static Map<String, ChannelRanges> measure(
            FloatGraph graph, Collection<String> tensors, Iterable<ByteBuffer> pictures) {
        Map<String, ChannelRanges> ranges = new HashMap<>();
        if (tensors.isEmpty()) {
            return ranges;
        }
        try (GraphSession session = GraphSession.open(GraphSession.withOutputs(graph.model(), tensors))) {
            for (ByteBuffer picture : pictures) {
                try (GraphSession.Values values = session.run(picture)) {
                    for (String tensor : tensors) {
                        int channels = values.channels(tensor);
                        ranges.computeIfAbsent(tensor, _ -> none(channels)).add(values.get(tensor));
                    }
                }
            }
        }
        if (ranges.isEmpty()) {
            throw new IllegalArgumentException("calibration needs at least one picture");
        }
        return ranges;
    }

    private static ChannelRanges none(int channels) {
        ChannelRanges none = new ChannelRanges(new float[channels], new float[channels]);
        Arrays.fill(none.low, Float.POSITIVE_INFINITY);
        Arrays.fill(none.high, Float.NEGATIVE_INFINITY);
        return none;
    }

    private void add(FloatBuffer values) {
        int perChannel = values.remaining() / low.length;
        for (int i = 0; i < values.remaining(); i++) {
            int channel = i / perChannel;
            low[channel] = Math.min(low[channel], values.get(i));
            high[channel] = Math.max(high[channel], values.get(i));
        }
    }

    int channels() {
        return low.length;
    }

    double width(int channel) {
        return (double) high[channel] - low[channel];
    }

    double middle(int channel) {
        return ((double) low[channel] + high[channel]) / 2;
    }

    /** The greatest absolute value. */
    float furthest(int channel) {
        return Math.max(Math.abs(low[channel]), Math.abs(high[channel]));
    }

    /** Of each channel, the greatest share that it has of the widest channel's range in one of the tensors. */
    static double[] shares(List<ChannelRanges> tensors) {
        double[] shares = new double[tensors.getFirst().channels()];
        for (ChannelRanges ranges : tensors) {
            double widest = Float.MIN_NORMAL;
            for (int channel = 0; channel < shares.length; channel++) {
                widest = Math.max(widest, ranges.furthest(channel));
            }
            for (int channel = 0; channel < shares.length; channel++) {
                shares[channel] = Math.max(shares[channel], ranges.furthest(channel) / widest);
            }
        }
        return shares;
    }
}
