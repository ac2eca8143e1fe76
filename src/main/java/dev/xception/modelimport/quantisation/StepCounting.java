package dev.xception.modelimport.quantisation;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.xception.modelimport.quantisation.Operation.Kind;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives each channel between a depthwise convolution and the pointwise ones that read it steps of its own, and an offset: the
 * convolution then counts in steps, around the middle of the channel's range, and its readers turn steps into values. Neither costs
 * anything when the graph runs, because both go into weights and biases. The tensor is clipped to what its bytes can hold.
 *
 * <p>Channels that are always zero, as {@link ChannelPadding} leaves them, are used up by copies, as {@link ChannelSteps} says.
 */
final class StepCounting {

    /** The bounds of bytes around zero, as constants of the graph. */
    static final String LOWEST = "bytes/lowest";

    static final String HIGHEST = "bytes/highest";

    /** Of the ranges that were seen, those that are tried. */
    private static final double[] SHARES = {1.15, 1, 0.85};

    private final FloatGraph graph;
    private final ChangedConstants constants;
    private final Map<String, ChannelSteps> steps = new LinkedHashMap<>();
    private final Map<String, int[]> sources = new HashMap<>();

    private StepCounting(FloatGraph graph) {
        this.graph = graph;
        this.constants = new ChangedConstants(graph);
    }

    /**
     * Measures ranges with the pictures.
     *
     * @param floatLayers results of the layers that stay float; between two of those there are no bytes to count in
     */
    static StepCounting of(FloatGraph graph, Set<String> floatLayers, Iterable<ByteBuffer> pictures) {
        StepCounting all = new StepCounting(graph);
        List<Operation> layers = graph.operations(Kind.LAYER).stream()
                .filter(all::canCountInSteps)
                .filter(layer -> !floatLayers.contains(layer.result())
                        || !FloatGraph.areAmong(floatLayers, graph.readers(layer.result())))
                .toList();
        Map<String, ChannelRanges> ranges = ChannelRanges.measure(
                graph, layers.stream().map(Operation::result).toList(), pictures);
        Map<String, List<ChannelSteps>> candidates = new LinkedHashMap<>();
        for (Operation layer : layers) {
            ChannelRanges its = Objects.requireNonNull(ranges.get(layer.result()), "no ranges");
            candidates.put(layer.result(), all.candidates(layer, its));
        }
        Map<String, ChannelSteps> best = StepSearch.best(graph, candidates, pictures);
        for (Operation layer : layers) {
            all.change(layer, Objects.requireNonNull(best.get(layer.result()), "no steps"));
        }
        return all;
    }

    private boolean canCountInSteps(Operation layer) {
        List<Operation> readers = graph.readers(layer.result());
        return layer.following() == null
                && !graph.isOutput(layer.result())
                && graph.isDepthwise(layer.node())
                && hasOwnWeights(layer)
                && !readers.isEmpty()
                && readers.stream()
                        .allMatch(reader -> reader.kind() == Kind.LAYER
                                && graph.isPointwise(reader.node())
                                && hasOwnWeights(reader));
    }

    private boolean hasOwnWeights(Operation layer) {
        List<String> weights = layer.node().getInputList().stream().skip(1).toList();
        return weights.size() == 2
                && weights.stream().allMatch(constant -> graph.readers(constant).size() == 1);
    }

    private List<ChannelSteps> candidates(Operation layer, ChannelRanges ranges) {
        double[] weights = weights(graph.readers(layer.result()));
        boolean[] spare = onlyWriter(layer) == null ? new boolean[ranges.channels()] : zeros(layer.node());
        return Arrays.stream(SHARES)
                .mapToObj(share -> ChannelSteps.of(ranges, weights, spare, share))
                .toList();
    }

    /** The channels of a depthwise convolution that are zero whatever comes in. */
    private boolean[] zeros(NodeProto depthwise) {
        float[] bias = graph.floats(depthwise.getInput(2));
        boolean[] zeros = new boolean[bias.length];
        Arrays.fill(zeros, true);
        for (String constant : depthwise.getInputList().subList(1, 3)) {
            float[] values = graph.floats(constant);
            for (int i = 0; i < values.length; i++) {
                zeros[i / (values.length / zeros.length)] &= values[i] == 0;
            }
        }
        return zeros;
    }

    private void change(Operation layer, ChannelSteps its) {
        Operation writer = onlyWriter(layer);
        steps.put(layer.result(), its);
        if (writer != null) {
            sources.put(layer.input(), its.sources());
            repeatOutputs(writer.node(), its.sources());
        }
        countInSteps(layer.node(), its);
        graph.readers(layer.result()).forEach(reader -> readSteps(reader.node(), its));
    }

    /** The pointwise convolution that makes what only this layer reads, and whose channels can be copied therefore. */
    private @Nullable Operation onlyWriter(Operation layer) {
        return graph.readers(layer.input()).size() > 1 || graph.isOutput(layer.input())
                ? null
                : graph.operations(Kind.LAYER).stream()
                        .filter(writer -> writer.result().equals(layer.input())
                                && graph.isPointwise(writer.node())
                                && hasOwnWeights(writer))
                        .findFirst()
                        .orElse(null);
    }

    /** How much the error of each channel weighs: the sum of its squared weights. */
    private double[] weights(List<Operation> readers) {
        int channels = Math.toIntExact(
                graph.constant(readers.getFirst().node().getInput(1)).getDims(1));
        double[] sums = new double[channels];
        for (Operation reader : readers) {
            float[] weights = graph.floats(reader.node().getInput(1));
            for (int i = 0; i < weights.length; i++) {
                sums[i % channels] += (double) weights[i] * weights[i];
            }
        }
        return sums;
    }

    private void repeatOutputs(NodeProto convolution, int[] sources) {
        for (String constant : convolution.getInputList().subList(1, 3)) {
            float[] values = constants.floats(constant);
            int perChannel = values.length / sources.length;
            for (int channel = 0; channel < sources.length; channel++) {
                System.arraycopy(values, sources[channel] * perChannel, values, channel * perChannel, perChannel);
            }
            constants.put(constant, values);
        }
    }

    private void countInSteps(NodeProto depthwise, ChannelSteps its) {
        float[] kernel = constants.floats(depthwise.getInput(1));
        float[] bias = constants.floats(depthwise.getInput(2));
        float[] counting = new float[kernel.length];
        float[] zeros = new float[bias.length];
        int perChannel = kernel.length / bias.length;
        for (int i = 0; i < kernel.length; i++) {
            int channel = i / perChannel;
            counting[i] = (float) (kernel[its.sources()[channel] * perChannel + i % perChannel] / its.sizes()[channel]);
        }
        for (int channel = 0; channel < bias.length; channel++) {
            zeros[channel] = (float) ((bias[its.sources()[channel]] - its.zero(channel)) / its.sizes()[channel]);
        }
        constants.put(depthwise.getInput(1), counting);
        constants.put(depthwise.getInput(2), zeros);
    }

    private void readSteps(NodeProto pointwise, ChannelSteps its) {
        float[] weights = constants.floats(pointwise.getInput(1));
        float[] bias = constants.floats(pointwise.getInput(2));
        double[] offsets = its.offsets();
        int channels = offsets.length;
        float[] ofSteps = new float[weights.length];
        for (int row = 0; row < bias.length; row++) {
            double sum = bias[row];
            for (int channel = 0; channel < channels; channel++) {
                float weight = weights[row * channels + its.sources()[channel]];
                ofSteps[row * channels + channel] = (float) (weight * its.sizes()[channel]);
                sum += its.isCopy(channel) ? 0 : weight * offsets[channel];
            }
            bias[row] = (float) sum;
        }
        constants.put(pointwise.getInput(1), ofSteps);
        constants.put(pointwise.getInput(2), bias);
    }

    /** The same function, as far as its values stay in the ranges that were measured. */
    ModelProto model() {
        ModelProto.Builder model = graph.model().toBuilder();
        model.getGraphBuilder()
                .clearValueInfo()
                .clearInitializer()
                .addAllInitializer(constants.all())
                .addInitializer(bound(LOWEST, -ChannelSteps.SCALE.zeroPoint()))
                .addInitializer(bound(HIGHEST, ChannelSteps.LEVELS - ChannelSteps.SCALE.zeroPoint()))
                .clearNode()
                .addAllNode(graph.model().getGraph().getNodeList().stream()
                        .flatMap(node -> clipped(node).stream())
                        .toList());
        return model.build();
    }

    private static TensorProto bound(String name, float value) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .addFloatData(value)
                .build();
    }

    private List<NodeProto> clipped(NodeProto node) {
        String result = node.getOutput(0);
        if (!steps.containsKey(result)) {
            return List.of(node);
        }
        String unbounded = result + "/unbounded";
        return List.of(
                node.toBuilder().setOutput(0, unbounded).build(),
                NodeProto.newBuilder()
                        .setOpType("Clip")
                        .setName(result + "/clip")
                        .addAllInput(List.of(unbounded, LOWEST, HIGHEST))
                        .addOutput(result)
                        .build());
    }

    /** A tensor's values as they would be with the channels and units it had before. */
    FloatBuffer original(String tensor, FloatBuffer values) {
        ChannelSteps its = steps.get(tensor);
        int[] from = its == null ? sources.get(tensor) : its.sources();
        if (from == null) {
            return values;
        }
        int perChannel = values.remaining() / from.length;
        FloatBuffer original = FloatBuffer.allocate(values.remaining());
        double[] offsets = its == null ? new double[from.length] : its.offsets();
        for (int i = 0; i < values.remaining(); i++) {
            int channel = i / perChannel;
            int source = from[channel];
            if (its != null) {
                double value = its.sizes()[channel] * values.get(i) + (source == channel ? offsets[channel] : 0);
                int at = source * perChannel + i % perChannel;
                original.put(at, (float) (original.get(at) + value));
            } else if (source == channel) {
                original.put(i, values.get(i));
            }
        }
        return original;
    }
}
