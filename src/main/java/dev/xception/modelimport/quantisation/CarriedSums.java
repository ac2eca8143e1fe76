package dev.xception.modelimport.quantisation;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import dev.xception.modelimport.quantisation.Operation.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Lets the channels of later sums be rescaled by themselves. A sum that is carried on to a later one can only be rescaled with it,
 * but channels that are wide in one block are often narrow in another, and one byte scale has to serve them all. Where that would
 * cost too many bits, the sum is multiplied on its way by a factor for each channel, one until {@link Equalisation} sets them.
 */
final class CarriedSums {

    /** Of a byte, for the mean channel. */
    private static final double MOST_BITS_LOST = 1.25;

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

    /** The tensors that hold the sum, as it is or bounded, where layers read them. */
    private List<String> read(Operation sum) {
        List<String> holding = new ArrayList<>(List.of(sum.result()));
        for (int i = 0; i < holding.size(); i++) {
            graph.readers(holding.get(i)).stream()
                    .filter(reader -> reader.kind() == Kind.MOVE)
                    .map(Operation::result)
                    .forEach(holding::add);
        }
        holding.removeIf(tensor -> graph.readers(tensor).stream().noneMatch(reader -> reader.kind() == Kind.LAYER));
        return holding;
    }

    private ModelProto model() {
        Map<String, Integer> separated = separated();
        ModelProto.Builder model = graph.model().toBuilder();
        model.getGraphBuilder().clearNode();
        for (NodeProto node : graph.model().getGraph().getNodeList()) {
            Integer channels = separated.get(node.getOutput(0));
            if (channels == null) {
                model.getGraphBuilder().addNode(node);
            } else {
                addSum(model.getGraphBuilder(), node, channels);
            }
        }
        return model.build();
    }

    /** How many channels the sums have that shall not be rescaled together with those before. */
    private Map<String, Integer> separated() {
        Map<String, Integer> separated = new HashMap<>();
        Map<String, List<double[]>> together = new HashMap<>();
        for (Operation sum : sums()) {
            List<double[]> widths = read(sum).stream().map(this::widths).toList();
            List<double[]> all = together.computeIfAbsent(groups.of(sum.result()), _ -> new ArrayList<>());
            boolean isFirst = all.isEmpty();
            all.addAll(widths);
            if (!isFirst && isCarriedOn(sum) && bitsLost(all) > MOST_BITS_LOST) {
                all.clear();
                all.addAll(widths);
                separated.put(sum.result(), widths.getFirst().length);
            }
        }
        return separated;
    }

    private boolean isCarriedOn(Operation sum) {
        return sum.node().getInputList().stream().anyMatch(graph::isOfSum);
    }

    private double[] widths(String tensor) {
        ChannelRanges its = Objects.requireNonNull(ranges.get(tensor), "no ranges");
        double[] widths = new double[its.channels()];
        Arrays.setAll(widths, its::furthest);
        return widths;
    }

    /**
     * What one scale costs the channels of the tensor that loses most by it, on average, after all of them were rescaled together.
     *
     * @param tensors the widths of their channels
     */
    static double bitsLost(List<double[]> tensors) {
        double[] shares = new double[tensors.getFirst().length];
        for (double[] widths : tensors) {
            double widest = Arrays.stream(widths).max().orElse(0);
            for (int channel = 0; channel < shares.length; channel++) {
                shares[channel] = Math.max(shares[channel], widths[channel] / widest);
            }
        }
        double most = 0;
        for (double[] widths : tensors) {
            double[] rescaled = new double[widths.length];
            Arrays.setAll(rescaled, channel -> widths[channel] / shares[channel]);
            double widest =
                    Arrays.stream(rescaled).filter(Double::isFinite).max().orElse(0);
            double mean = Arrays.stream(rescaled)
                    .filter(width -> width > 0)
                    .map(width -> Math.log(widest / width))
                    .average()
                    .orElse(0);
            most = Math.max(most, mean / Math.log(2));
        }
        return most;
    }

    private void addSum(GraphProto.Builder model, NodeProto sum, int channels) {
        NodeProto.Builder separated = sum.toBuilder();
        for (int i = 0; i < sum.getInputCount(); i++) {
            String input = sum.getInput(i);
            if (graph.isOfSum(input)) {
                String carried = sum.getOutput(0) + "/" + input + "/carried";
                float[] ones = new float[channels];
                Arrays.fill(ones, 1);
                model.addInitializer(TensorProto.newBuilder()
                        .setName(carried + FACTORS)
                        .setDataType(DataType.FLOAT.getNumber())
                        .addAllDims(QdqGraph.shape(1, channels, 1, 1))
                        .setRawData(ByteString.copyFrom(QdqGraph.littleEndian(ones))));
                model.addNode(NodeProto.newBuilder()
                        .setOpType("Mul")
                        .setName(carried)
                        .addInput(input)
                        .addInput(carried + FACTORS)
                        .addOutput(carried));
                separated.setInput(i, carried);
            }
        }
        model.addNode(separated);
    }
}
