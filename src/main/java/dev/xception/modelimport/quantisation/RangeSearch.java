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
     * The best range of each tensor that layers read, as it is or moved, and that holds no sum. A sum is carried on to all
     * later ones: what each reader by itself could do without they would lose again and again.
     *
     * @param ranges from the least to the greatest value of each tensor
     */
    static Map<String, Range> best(FloatGraph graph, Map<String, Range> ranges, Iterable<ByteBuffer> pictures) {
        return new RangeSearch(graph, ranges).search(pictures);
    }

    private Map<String, Range> search(Iterable<ByteBuffer> pictures) {
        Map<String, Double> losses = probes().losses(pictures);
        Map<String, double[]> sums = new HashMap<>();
        for (Operation layer : searched()) {
            double[] its = sums.computeIfAbsent(tensor(layer), _ -> new double[SHARES.length]);
            for (int i = 0; i < SHARES.length; i++) {
                its[i] += losses.getOrDefault(probe(layer, i), 0.0);
            }
        }
        Map<String, Range> best = new HashMap<>();
        sums.forEach((tensor, its) -> best.put(tensor, share(tensor, least(its))));
        return best;
    }

    /** The layers that read a tensor whose range is to be found. */
    private List<Operation> searched() {
        return graph.operations(Kind.LAYER).stream()
                .filter(layer -> !graph.isInSteps(tensor(layer)) && !graph.isOfSum(layer.input()))
                .toList();
    }

    /** The tensor whose range decides over the bytes that a layer reads. */
    private String tensor(Operation layer) {
        return graph.bytesOf(layer.input());
    }

    private static int least(double[] values) {
        int least = 0;
        for (int i = 1; i < values.length; i++) {
            least = values[i] < values[least] ? i : least;
        }
        return least;
    }

    private Range share(String tensor, int candidate) {
        return ranges.getOrDefault(tensor, new Range(0, 0)).times(SHARES[candidate]);
    }

    private static String probe(Operation layer, int candidate) {
        return layer.result() + "/probe/" + candidate;
    }

    private LayerProbes probes() {
        LayerProbes probes = new LayerProbes(graph);
        for (Operation layer : searched()) {
            for (int i = 0; i < SHARES.length; i++) {
                ByteScale scale = ByteScale.over(share(tensor(layer), i));
                probes.addRounded(
                        layer.node(), scale, probe(layer, i), layer.node().getOutput(0));
            }
        }
        return probes;
    }
}
