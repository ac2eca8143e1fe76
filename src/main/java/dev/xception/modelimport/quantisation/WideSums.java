package dev.xception.modelimport.quantisation;

import dev.xception.modelimport.quantisation.Operation.Kind;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the sums of which one byte would say too little: those that a convolution of single pixels reads for another sum, as the
 * shortcuts of residual blocks do, and would leave that sum with a low signal to noise ratio. Such a layer reads two bytes of
 * each value, the second one for what the first lacks, and its two products are added up as floats.
 */
final class WideSums {

    private static final double LEAST_DECIBELS = 30;

    /** Of the range that was seen. Two bytes have levels to spare for what was not. */
    private static final double ROOM = 1.25;

    private WideSums() {}

    /** The scales of the first bytes, by sum; measured with the pictures. */
    static Map<String, ByteScale> scales(FloatGraph graph, Calibration calibration, Iterable<ByteBuffer> pictures) {
        List<Operation> readers = graph.operations(Kind.LAYER).stream()
                .filter(layer -> graph.givesFloats(layer) && graph.isSum(layer.input()))
                .toList();
        if (readers.isEmpty()) {
            return Map.of();
        }
        LayerProbes probes = new LayerProbes(graph);
        for (Operation reader : readers) {
            ByteScale scale = ByteScale.over(calibration.seen(reader.input()));
            // A layer's own product would do, but for biases, which may outweigh what the sum keeps of it.
            String sum = graph.readers(reader.result()).getFirst().result();
            probes.addRounded(reader.node(), scale, probe(reader), sum);
        }
        Map<String, Double> losses = probes.losses(pictures);
        Map<String, ByteScale> scales = new HashMap<>();
        for (Operation reader : readers) {
            double share = Math.sqrt(losses.getOrDefault(probe(reader), 0.0) / calibration.pictures());
            if (-10 * Math.log10(share) < LEAST_DECIBELS) {
                scales.put(
                        reader.input(),
                        ByteScale.over(calibration.seen(reader.input()).times(ROOM)));
            }
        }
        return scales;
    }

    private static String probe(Operation reader) {
        return reader.result() + "/probe";
    }
}
