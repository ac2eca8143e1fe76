package dev.xception.modelimport.quantisation;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.xception.modelimport.quantisation.Operation.Kind;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The branches of residual blocks of which one byte says too little: it would leave the sum that they lead to with a low signal to
 * noise ratio. A shortcut that is a convolution of single pixels reads two bytes of each value of the sum before, the second one
 * for what the first lacks, and its two products are added up as floats. Products that are pooled stay floats until then.
 *
 * @param sums those that shortcuts read as two bytes, and the scale of the first
 * @param pooled results of the layers whose products stay floats until they are pooled
 */
record WideBranches(Map<String, ByteScale> sums, Set<String> pooled) {

    static final WideBranches NONE = new WideBranches(Map.of(), Set.of());

    private static final double LEAST_DECIBELS = 35;

    /** Of the range that was seen. Two bytes have levels to spare for what was not. */
    private static final double ROOM = 1.25;

    /**
     * The last layer of a branch.
     *
     * @param node that would read bytes: the layer's own, or the pooling behind it
     * @param tensor whose range they have
     */
    private record Branch(Operation layer, NodeProto node, String tensor) {

        static Branch pooled(Operation layer) {
            return new Branch(layer, Objects.requireNonNull(FloatGraph.pooling(layer), "no pooling"), layer.result());
        }

        static Branch shortcut(Operation layer) {
            return new Branch(layer, layer.node(), layer.input());
        }

        String probe() {
            return layer.result() + "/probe";
        }
    }

    /** Measures with the pictures. */
    static WideBranches find(FloatGraph graph, Calibration calibration, Iterable<ByteBuffer> pictures) {
        List<Branch> shortcuts = graph.operations(Kind.LAYER).stream()
                .filter(layer -> graph.givesFloats(layer) && graph.isSum(layer.input()))
                .map(Branch::shortcut)
                .toList();
        List<Branch> pooled = graph.pooledToSums().stream()
                .filter(layer -> graph.isPointwise(layer.node()))
                .map(Branch::pooled)
                .toList();
        if (shortcuts.isEmpty() && pooled.isEmpty()) {
            return NONE;
        }
        LayerProbes probes = new LayerProbes(graph);
        Stream.of(shortcuts, pooled).flatMap(List::stream).forEach(branch -> {
            ByteScale scale = ByteScale.over(calibration.seen(branch.tensor()));
            // The branch's own result would do, but for biases, which may outweigh what the sum keeps of it.
            String sum = graph.readers(branch.layer().result()).getFirst().result();
            probes.addRounded(branch.node(), scale, branch.probe(), sum);
        });
        Map<String, Double> losses = probes.losses(pictures);
        Predicate<Branch> isWide = branch -> {
            double share = Math.sqrt(losses.getOrDefault(branch.probe(), 0.0) / calibration.pictures());
            return SignalToNoise.decibels(share) < LEAST_DECIBELS;
        };
        return new WideBranches(
                shortcuts.stream()
                        .filter(isWide)
                        .map(Branch::tensor)
                        .distinct()
                        .collect(Collectors.toUnmodifiableMap(
                                sum -> sum,
                                sum -> ByteScale.over(calibration.seen(sum).times(ROOM)))),
                pooled.stream().filter(isWide).map(Branch::tensor).collect(Collectors.toUnmodifiableSet()));
    }
}
