package dev.xception.modelimport.quantisation;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.xception.modelimport.quantisation.Operation.Kind;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings the channels of a tensor to more similar ranges, because all of them share one byte scale: the convolutions that
 * write it divide each channel by a factor, those that read it multiply by it. ReLU, max pooling and sums in between let
 * positive factors through, so the graph computes the same function. After Nagel et al., "Data-free quantization through
 * weight equalization and bias correction" (2019), section 4.1, with ranges measured instead of derived from the weights.
 *
 * <p>A channel's factor is its share of the widest channel's range, to a power below one: ranges that few pictures reach keep
 * some room, and the weights of the readers, whose rounding suffers from factors, stay usable. Depthwise weights have a scale
 * for each channel and do not suffer at all.
 */
final class Equalisation {

    private static final double DEPTHWISE_EXPONENT = 0.8;
    private static final double MIXED_EXPONENT = 0.65;
    private static final double DENSE_EXPONENT = 0.5;
    private static final double SMALLEST_SHARE = 0.01;

    private final FloatGraph graph;
    private final ChannelGroups groups;
    private final Map<String, float[]> factors = new HashMap<>();
    private final ChangedConstants constants;

    private Equalisation(FloatGraph graph) {
        this.graph = graph;
        this.groups = new ChannelGroups(graph);
        this.constants = new ChangedConstants(graph);
    }

    /** Measures ranges with the pictures. */
    static Equalisation of(FloatGraph graph, Iterable<ByteBuffer> pictures) {
        Equalisation equalisation = new Equalisation(graph);
        equalisation.findFactors(pictures);
        equalisation.rescaleWeights();
        return equalisation;
    }

    /** What each channel of a tensor was divided by; null where nothing was. */
    float @Nullable [] factors(String tensor) {
        return factors.get(groups.of(tensor));
    }

    /** A tensor's values as they would be without factors. */
    FloatBuffer original(String tensor, FloatBuffer values) {
        float[] divided = factors(tensor);
        return divided == null
                ? values
                : ChannelValues.changed(values, divided.length, (value, channel) -> value * divided[channel]);
    }

    /** The same model with other weights. */
    ModelProto model() {
        return constants.model();
    }

    private void findFactors(Iterable<ByteBuffer> pictures) {
        Map<String, List<ChannelRanges>> tensors = new HashMap<>();
        Set<String> dense = new HashSet<>();
        Set<String> depthwise = new HashSet<>();
        Set<String> read = new LinkedHashSet<>();
        for (Operation reader : graph.operations(Kind.LAYER)) {
            if (!groups.isFixed(reader.input())) {
                read.add(reader.input());
                (graph.isDepthwise(reader.node()) ? depthwise : dense).add(groups.of(reader.input()));
            }
        }
        // Bytes too, though no layer reads them. Where dense layers read the sum, their weights would suffer more than
        // this helps.
        graph.pooledToSums().stream()
                .map(Operation::result)
                .filter(pooled -> !groups.isFixed(pooled) && !dense.contains(groups.of(pooled)))
                .forEach(read::add);
        ChannelRanges.measure(graph, read, pictures)
                .forEach((tensor, ranges) -> tensors.computeIfAbsent(groups.of(tensor), _ -> new ArrayList<>())
                        .add(ranges));
        tensors.forEach((group, ranges) -> factors.put(
                group,
                factors(ChannelRanges.shares(ranges), exponent(dense.contains(group), depthwise.contains(group)))));
    }

    private static double exponent(boolean dense, boolean depthwise) {
        if (dense) {
            return depthwise ? MIXED_EXPONENT : DENSE_EXPONENT;
        }
        return DEPTHWISE_EXPONENT;
    }

    private static float[] factors(double[] shares, double exponent) {
        float[] factors = new float[shares.length];
        for (int channel = 0; channel < factors.length; channel++) {
            factors[channel] = (float) Math.pow(Math.max(shares[channel], SMALLEST_SHARE), exponent);
        }
        return factors;
    }

    private void rescaleWeights() {
        for (Operation layer : graph.operations(Kind.LAYER)) {
            float[] before = factors(layer.input());
            float[] after = factors(layer.result());
            if (before != null) {
                multiplyInputs(layer.node(), before);
            }
            if (after != null) {
                divideOutputs(layer.node(), after);
            }
        }
        for (Operation carried : graph.operations(Kind.CARRY)) {
            multiply(carried.node().getInput(1), factors(carried.input()), factors(carried.result()));
        }
    }

    private void multiplyInputs(NodeProto convolution, float[] by) {
        List<Long> shape = graph.constant(convolution.getInput(1)).getDimsList();
        int filters = Math.toIntExact(shape.get(0));
        int inputs = Math.toIntExact(shape.get(1));
        int filtersPerGroup = filters * inputs / by.length;
        float[] weights = constants.floats(convolution.getInput(1));
        int positions = weights.length / filters / inputs;
        for (int i = 0; i < weights.length; i++) {
            int filter = i / positions / inputs;
            weights[i] *= by[filter / filtersPerGroup * inputs + i / positions % inputs];
        }
        constants.put(convolution.getInput(1), weights);
    }

    private void multiply(String constant, float @Nullable [] by, float @Nullable [] dividedBy) {
        float[] values = constants.floats(constant);
        for (int channel = 0; channel < values.length; channel++) {
            values[channel] *= (by == null ? 1 : by[channel]) / (dividedBy == null ? 1 : dividedBy[channel]);
        }
        constants.put(constant, values);
    }

    private void divideOutputs(NodeProto convolution, float[] by) {
        for (String constant : convolution.getInputList().subList(1, convolution.getInputCount())) {
            float[] values = constants.floats(constant);
            for (int i = 0; i < values.length; i++) {
                values[i] /= by[i / (values.length / by.length)];
            }
            constants.put(constant, values);
        }
    }
}
