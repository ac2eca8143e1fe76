package dev.xception.modelimport.quantisation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the values of every tensor that may become bytes are like.
 *
 * @param histograms by tensor
 * @param pictures how many were run
 */
record Calibration(Map<String, Histogram> histograms, int pictures) {

    /** Runs the pictures through the float graph, one at a time. */
    static Calibration run(FloatGraph graph, Iterable<ByteBuffer> pictures) {
        List<String> tensors = new ArrayList<>(graph.measuredTensors());
        Map<String, Histogram> histograms = new LinkedHashMap<>();
        tensors.forEach(tensor -> histograms.put(tensor, new Histogram()));
        int count = 0;
        try (GraphSession session = GraphSession.open(GraphSession.withOutputs(graph.model(), tensors))) {
            for (ByteBuffer picture : pictures) {
                try (GraphSession.Values values = session.run(picture)) {
                    histograms.forEach((tensor, histogram) -> histogram.add(values.get(tensor)));
                }
                count++;
            }
        }
        if (count == 0) {
            throw new IllegalArgumentException("calibration needs at least one picture");
        }
        return new Calibration(histograms, count);
    }

    /**
     * How each tensor is kept in bytes.
     *
     * @param pictures the same ones, for the method that runs layers on them
     */
    Map<String, ByteScale> scales(CalibrationMethod method, FloatGraph graph, Iterable<ByteBuffer> pictures) {
        Map<String, Range> ranges = new LinkedHashMap<>();
        histograms.forEach((tensor, histogram) -> ranges.put(tensor, method.range(histogram)));
        if (method == CalibrationMethod.OUTPUT) {
            ranges.putAll(RangeSearch.best(graph, ranges, pictures));
        }
        Map<String, ByteScale> scales = new LinkedHashMap<>();
        ranges.forEach((tensor, range) -> {
            String bytes = graph.bytesOf(tensor);
            scales.put(
                    tensor,
                    graph.isInSteps(bytes) ? ChannelSteps.SCALE : ByteScale.over(ranges.getOrDefault(bytes, range)));
        });
        return scales;
    }

    /** From the least to the greatest value that was seen. */
    Range seen(String tensor) {
        Histogram values = histograms.get(tensor);
        if (values == null) {
            throw new IllegalArgumentException("nothing was measured for " + tensor);
        }
        return CalibrationMethod.MINMAX.range(values);
    }
}
