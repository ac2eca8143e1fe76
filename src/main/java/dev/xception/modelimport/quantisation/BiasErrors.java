package dev.xception.modelimport.quantisation;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The average error of each layer's channels. Rounded weights do not sum to what they summed to before, so that a layer of
 * positive inputs is off by nearly the same amount everywhere; a bias can take that back (Nagel et al., "Data-free
 * quantization through weight equalization and bias correction", 2019, section 4.2, here measured).
 */
final class BiasErrors {

    private BiasErrors() {}

    /** Runs pictures through the layers, each on bytes by itself. */
    static Map<String, double[]> measure(FloatGraph graph, ByteFormats formats, Iterable<ByteBuffer> pictures) {
        List<Operation> layers = graph.operations(Operation.Kind.LAYER);
        Map<String, double[]> errors = new HashMap<>();
        int count = 0;
        try (GraphSession session =
                GraphSession.open(QdqWriter.allBytes(graph, formats).writeProductsAlone())) {
            for (ByteBuffer picture : pictures) {
                count++;
                try (GraphSession.Values values = session.run(picture)) {
                    for (Operation layer : layers) {
                        String product = layer.node().getOutput(0);
                        int channels = values.channels(product);
                        double[] sums = errors.computeIfAbsent(layer.result(), _ -> new double[channels]);
                        addMeans(sums, values.get(product), values.get(QdqWriter.alone(product)));
                    }
                }
            }
        }
        for (double[] sums : errors.values()) {
            for (int channel = 0; channel < sums.length; channel++) {
                sums[channel] /= count;
            }
        }
        return errors;
    }

    private static void addMeans(double[] sums, FloatBuffer wanted, FloatBuffer actual) {
        int perChannel = wanted.remaining() / sums.length;
        for (int i = 0; i < wanted.remaining(); i++) {
            sums[i / perChannel] += ((double) actual.get(i) - wanted.get(i)) / perChannel;
        }
    }
}
