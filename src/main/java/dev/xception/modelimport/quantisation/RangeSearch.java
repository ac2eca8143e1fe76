package dev.xception.modelimport.quantisation;

import dev.xception.modelimport.quantisation.Operation.Kind;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds how much of each tensor's range to keep by what the layers that read it make of it. A few values far outside may
 * decide what a layer gives, or not matter at all: the tensor's own error cannot tell.
 *
 * <p>One graph holds the float layers, and each of them once more for each candidate, with its input rounded to bytes.
 */
final class RangeSearch {

    /** Of the range that was seen. */
    private static final double[] SHARES = {1, 0.85, 0.7, 0.6, 0.5, 0.42, 0.35, 0.29, 0.24};

    private final FloatGraph graph;
    private final Map<String, Range> ranges;

    private RangeSearch(FloatGraph graph, Map<String, Range> ranges) {
        this.graph = graph;
        this.ranges = ranges;
    }

    /**
     * The best range of each tensor that layers read.
     *
     * @param ranges from the least to the greatest value of each tensor
     */
    static Map<String, Range> best(FloatGraph graph, Map<String, Range> ranges, Iterable<ByteBuffer> pictures) {
        return new RangeSearch(graph, ranges).search(pictures);
    }

    private Map<String, Range> search(Iterable<ByteBuffer> pictures) {
        Map<String, Double> energies = probes().run(pictures);
        Map<String, Range> best = new HashMap<>();
        Map<String, double[]> errors = new HashMap<>();
        for (Operation layer : searched()) {
            double[] sums = errors.computeIfAbsent(layer.input(), _ -> new double[SHARES.length]);
            double signal = Math.max(energies.getOrDefault(layer.result(), 0.0), Double.MIN_NORMAL);
            for (int i = 0; i < SHARES.length; i++) {
                sums[i] += energies.getOrDefault(probe(layer, i), 0.0) / signal;
            }
        }
        errors.forEach((tensor, sums) -> best.put(tensor, share(tensor, least(sums))));
        return best;
    }

    /** The layers that read a tensor whose range is to be found. */
    private List<Operation> searched() {
        return graph.operations(Kind.LAYER).stream()
                .filter(layer -> !graph.isInSteps(layer.input()))
                .toList();
    }

    private static int least(double[] values) {
        int least = 0;
        for (int i = 1; i < values.length; i++) {
            least = values[i] < values[least] ? i : least;
        }
        return least;
    }

    private Range share(String tensor, int candidate) {
        Range range = ranges.getOrDefault(tensor, new Range(0, 0));
        return new Range(SHARES[candidate] * range.low(), SHARES[candidate] * range.high());
    }

    private static String probe(Operation layer, int candidate) {
        return layer.result() + "/probe/" + candidate;
    }

    private LayerProbes probes() {
        LayerProbes probes = new LayerProbes(graph);
        QdqGraph nodes = probes.nodes();
        for (Operation layer : searched()) {
            probes.measure(layer.node().getOutput(0), layer.result());
            for (int i = 0; i < SHARES.length; i++) {
                String probe = probe(layer, i);
                ByteScale scale = ByteScale.over(share(layer.input(), i));
                nodes.quantise(layer.input(), scale, probe + "/quantized");
                nodes.dequantise(probe + "/quantized", scale, probe + "/dequantized");
                probes.add(layer.node(), probe + "/dequantized", probe);
            }
        }
        return probes;
    }
}
