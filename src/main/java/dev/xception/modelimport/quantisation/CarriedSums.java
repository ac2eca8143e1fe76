package dev.xception.modelimport.quantisation;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.xception.modelimport.quantisation.Operation.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Lets the channels of later sums be rescaled by themselves. A sum that is carried on to a later one can only be rescaled with it,
 * but channels that are wide in one block are often narrow in another, and one byte scale has to serve them all. Where that would
 * cost too many bits, the sum is multiplied on its way by a factor for each channel, one until {@link Equalisation} sets them.
 */
final class CarriedSums {

    /** Of a byte, for the mean channel. */
    private static final double MOST_BITS_LOST = 0.8;

    private static final String FACTORS = "/factors";

    private final FloatGraph graph;
    private final ChannelGroups groups;
    private final Map<String, ChannelRanges> ranges;

    private CarriedSums(FloatGraph graph, Iterable<ByteBuffer> pictures) {
        this.graph = graph;
        this.groups = new ChannelGroups(graph);
        this.ranges = ChannelRanges.measure(
                graph, sums().stream().map(this::read).flatMap(List::stream).toList(), pictures);
    }

    /** The same function, with such factors; measured with the pictures. */
    static ModelProto separate(FloatGraph graph, Iterable<ByteBuffer> pictures) {
        return new CarriedSums(graph, pictures).model();
    }

    static boolean isCarried(NodeProto node) {
        return node.getOpType().equals("Mul") && node.getInput(1).equals(node.getOutput(0) + FACTORS);
    }

    /** The sums whose channels can be rescaled, in the order in which they run. */
    private List<Operation> sums() {
        return graph.operations(Kind.SUM).stream()
                .filter(sum -> !groups.isFixed(sum.result()))
                .toList();
    }

    /** The tensors that hold the sum, as it is, moved or bounded, where layers read them. */
    private List<String> read(Operation sum) {
        return graph.operations(Kind.LAYER).stream()
                .map(Operation::input)
                .distinct()
                .filter(input -> sum.result().equals(graph.sumOf(input)))
                .toList();
    }

    private ModelProto model() {
        Map<String, Integer> separated = separated();
        GraphProto source = graph.model().getGraph();
        QdqGraph nodes = new QdqGraph(graph);
        for (NodeProto node : source.getNodeList()) {
            Integer channels = separated.get(node.getOutput(0));
            nodes.node(channels == null ? node : withFactors(node, channels, nodes));
        }
        List<String> constants =
                source.getInitializerList().stream().map(TensorProto::getName).toList();
        return graph.model().toBuilder()
                .setGraph(nodes.build(source, source.getOutputList(), constants))
                .build();
    }

    /** How many channels the sums have that shall not be rescaled together with those before. */
    private Map<String, Integer> separated() {
        Map<String, Integer> separated = new HashMap<>();
        Map<String, List<ChannelRanges>> together = new HashMap<>();
        for (Operation sum : sums()) {
            List<ChannelRanges> its = read(sum).stream()
                    .map(tensor -> Objects.requireNonNull(ranges.get(tensor), "no ranges"))
                    .toList();
            if (its.isEmpty()) {
                continue;
            }
            List<ChannelRanges> all = together.computeIfAbsent(groups.of(sum.result()), _ -> new ArrayList<>());
            boolean isFirst = all.isEmpty();
            all.addAll(its);
            if (!isFirst && isCarriedOn(sum) && bitsLost(all) > MOST_BITS_LOST) {
                all.clear();
                all.addAll(its);
                separated.put(sum.result(), its.getFirst().channels());
            }
        }
        return separated;
    }

    private boolean isCarriedOn(Operation sum) {
        return sum.node().getInputList().stream().anyMatch(graph::isOfSum);
    }

    /** What one scale costs the mean channel of the tensor that loses most by it, after all of them were rescaled together. */
    static double bitsLost(List<ChannelRanges> tensors) {
        double[] shares = ChannelRanges.shares(tensors);
        double most = 0;
        for (ChannelRanges ranges : tensors) {
            double[] rescaled = IntStream.range(0, shares.length)
                    .filter(channel -> ranges.furthest(channel) > 0)
                    .mapToDouble(channel -> ranges.furthest(channel) / shares[channel])
                    .toArray();
            double widest = Arrays.stream(rescaled).max().orElse(0);
            double mean = Arrays.stream(rescaled)
                    .map(width -> Math.log(widest / width))
                    .average()
                    .orElse(0);
            most = Math.max(most, mean / Math.log(2));
        }
        return most;
    }

    /** The sum with factors for what is carried on to it, which are added to the graph. */
    private NodeProto withFactors(NodeProto sum, int channels, QdqGraph nodes) {
        float[] ones = new float[channels];
        Arrays.fill(ones, 1);
        NodeProto.Builder separated = sum.toBuilder();
        for (int i = 0; i < sum.getInputCount(); i++) {
            String input = sum.getInput(i);
            if (graph.isOfSum(input)) {
                String carried = sum.getOutput(0) + "/" + input + "/carried";
                String factors = nodes.floats(carried + FACTORS, QdqGraph.shape(1, channels, 1, 1), ones);
                nodes.node("Mul", List.of(input, factors), carried);
                separated.setInput(i, carried);
            }
        }
        return separated.build();
    }
}
