package dev.xception.modelimport.quantisation;

import static dev.xception.modelimport.onnx.OnnxAttributes.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.xception.modelimport.quantisation.ByteTensors.Bytes;
import dev.xception.modelimport.quantisation.Operation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the layers of a quantised graph: the products of bytes with constant bytes, or of floats where a layer stays
 * float.
 */
final class LayerWriter {

    /** A bias below this many steps fits into 32 bits beside the products that are added to it. */
    private static final double BIAS_LIMIT = 1 << 30;

    private final FloatGraph graph;
    private final ByteFormats formats;
    private final QdqGraph qdq;
    private final ByteTensors bytes;
    private final Map<String, Double> shifts = new HashMap<>();

    LayerWriter(FloatGraph graph, ByteFormats formats, QdqGraph qdq, ByteTensors bytes) {
        this.graph = graph;
        this.formats = formats;
        this.qdq = qdq;
        this.bytes = bytes;
    }

    /** What the bytes of a tensor lack of its values everywhere, which the biases of its readers make up for. */
    void shift(String tensor, double by) {
        shifts.put(tensor, by);
    }

    /** The node and what belongs to it with other inputs and another name. */
    private void floats(Operation operation, List<String> inputs, String result) {
        NodeProto following = operation.following();
        if (following == null) {
            qdq.node(operation.node(), inputs, result);
        } else {
            String product = result + "/product";
            qdq.node(operation.node(), inputs, product);
            List<String> rest = new ArrayList<>(following.getInputList());
            rest.set(0, product);
            qdq.node(following, rest, result);
        }
    }

    void floatLayer(Operation operation) {
        NodeProto node = operation.node();
        float[] bias = bias(operation, WeightedLayer.of(graph, node));
        String biasName = qdq.floats(operation.result() + "/bias/float", QdqGraph.shape(bias.length), bias);
        String input = node.getInput(0);
        if (bytes.contains(input)) {
            // Between DequantizeLinear and QuantizeLinear ONNX Runtime would make bytes of the float weights by
            // itself, with one scale for all of them.
            String lowest = qdq.floats(operation.result() + "/input/min", List.of(), -Float.MAX_VALUE);
            qdq.node("Clip", List.of(input, lowest), operation.result() + "/input");
            input = operation.result() + "/input";
        }
        floats(operation, List.of(input, node.getInput(1), biasName), operation.result());
    }

    /** The bias, and what the bytes of the input leave to it. */
    private float[] bias(Operation operation, WeightedLayer layer) {
        float[] bias = layer.bias().clone();
        double shift = shifts.getOrDefault(operation.input(), 0.0);
        double[] sums = layer.sums();
        for (int channel = 0; channel < bias.length; channel++) {
            bias[channel] += (float) (shift * sums[channel]);
        }
        return bias;
    }

    void byteLayer(Operation operation) {
        String result = operation.result();
        NodeProto node = operation.node();
        NodeProto pooling = FloatGraph.pooling(operation);
        if (hasFloatProducts(operation)) {
            String product = pooling == null ? result : result + "/product";
            pixelProducts(operation, product);
            if (pooling != null) {
                qdq.node(pooling, List.of(product), result);
            }
        } else if (node.getOpType().equals("Gemm") && !isReadAsBytes(result)) {
            floats(operation, inputs(operation, result), result);
        } else {
            String product = result + "/product";
            qdq.node(node, inputs(operation, result), product);
            if (pooling == null) {
                bytes.put(product, result, result);
            } else {
                bytes.put(product, result, result + "/unpooled");
                bytes.move(pooling, result + "/unpooled", result);
            }
        }
    }

    /** The product of bytes with constant bytes, as floats, without what follows. */
    void product(Operation operation, String result) {
        if (hasFloatProducts(operation)) {
            pixelProducts(operation, result);
        } else {
            qdq.node(operation.node(), inputs(operation, result), result);
        }
    }

    /** Whether a layer's products are not rounded: sums read them, as they are or pooled. */
    private boolean hasFloatProducts(Operation operation) {
        return graph.givesFloats(operation) || formats.wide().pooled().contains(operation.result());
    }

    private float[] correctedBias(Operation operation, WeightedLayer layer) {
        float[] bias = bias(operation, layer);
        formats.correct(operation.result(), bias);
        return bias;
    }

    /** The input, weights and bias of a layer, as floats that are made from bytes. */
    private List<String> inputs(Operation operation, String result) {
        NodeProto node = operation.node();
        WeightedLayer layer = WeightedLayer.of(graph, node);
        float[] bias = correctedBias(operation, layer);
        double inputScale = bytes.of(operation.input()).scale().scale();
        double[] smallest = new double[bias.length];
        for (int channel = 0; channel < bias.length; channel++) {
            smallest[channel] = Math.abs(bias[channel]) / BIAS_LIMIT / inputScale;
        }
        QuantisedWeights weights = weights(layer, smallest);
        int[] steps = new int[bias.length];
        float[] stepScales = new float[bias.length];
        for (int channel = 0; channel < bias.length; channel++) {
            stepScales[channel] = (float) (weights.scales()[channel] * inputScale);
            steps[channel] = (int) Math.rint(bias[channel] / (double) stepScales[channel]);
        }
        String kernelName = result + "/kernel/dequantized";
        String biasName = result + "/bias/dequantized";
        TensorProto kernel = graph.constant(node.getInput(1));
        qdq.dequantise(
                kernelName, DataType.INT8, kernel.getDimsList(), weights.values(), weights.scales(), layer.axis());
        qdq.dequantise(
                biasName, DataType.INT32, QdqGraph.shape(bias.length), QdqGraph.littleEndian(steps), stepScales, 0);
        return List.of(bytes.floats(operation.input()), kernelName, biasName);
    }

    private QuantisedWeights weights(WeightedLayer layer, double[] smallest) {
        return QuantisedWeights.of(layer.weights(), layer.channels(), layer.inner(), formats.weightBits(), smallest);
    }

    private boolean isReadAsBytes(String tensor) {
        return graph.readers(tensor).stream()
                .anyMatch(reader -> reader.kind() == Kind.LAYER || reader.kind() == Kind.MOVE);
    }

    /**
     * Products of bytes that are floats at once, without being rounded in between: a convolution of single pixels is the
     * product of {@code [N, H, W, K]} and {@code [K, M]}.
     */
    private void pixelProducts(Operation operation, String result) {
        WeightedLayer layer = WeightedLayer.of(graph, operation.node());
        float[] bias = correctedBias(operation, layer);
        QuantisedWeights kernel = weights(layer, new double[bias.length]).inColumns();
        String products = result + "/products";
        ByteScale wide = formats.wide().sums().get(operation.input());
        if (wide == null) {
            Bytes input = bytes.of(operation.input());
            qdq.floatProduct(pixels(operation, input.name(), result), input.scale(), kernel, bias, products);
        } else {
            wideProducts(pixels(operation, operation.input(), result), wide, kernel, bias, products);
        }
        qdq.node("Transpose", List.of(products), result, attribute("perm", List.of(0, 3, 1, 2)));
    }

    /** Floats as two bytes each: the nearest one, and one for the rest. */
    private void wideProducts(String pixels, ByteScale scale, QuantisedWeights kernel, float[] bias, String products) {
        String coarse = products + "/coarse";
        String fine = products + "/fine";
        qdq.quantise(pixels, scale, coarse + "/pixels");
        qdq.dequantise(coarse + "/pixels", scale, coarse + "/floats");
        qdq.node("Sub", List.of(pixels, coarse + "/floats"), fine + "/floats");
        qdq.quantise(fine + "/floats", scale.ofRest(), fine + "/pixels");
        qdq.floatProduct(coarse + "/pixels", scale, kernel, bias, coarse);
        qdq.floatProduct(fine + "/pixels", scale.ofRest(), kernel, new float[bias.length], fine);
        qdq.node("Add", List.of(coarse, fine), products);
    }

    /** The pixels {@code [N, H, W, K]} that a convolution of single ones reads. */
    private String pixels(Operation operation, String input, String result) {
        String pixels = result + "/pixels";
        qdq.node("Transpose", List.of(input), pixels, attribute("perm", List.of(0, 2, 3, 1)));
        AttributeProto strides = FloatGraph.attribute(operation.node(), "strides");
        return strides == null || strides.getIntsList().stream().allMatch(stride -> stride == 1)
                ? pixels
                : everySome(pixels, strides.getIntsList());
    }

    /** Every n-th pixel of {@code [N, H, W, C]}, where {@code steps} says n for both directions. */
    private String everySome(String pixels, List<Long> steps) {
        String some = pixels + "/some";
        List<String> inputs = List.of(
                pixels,
                qdq.integers(some + "/starts", 0, 0),
                qdq.integers(some + "/ends", Integer.MAX_VALUE, Integer.MAX_VALUE),
                qdq.integers(some + "/axes", 1, 2),
                qdq.integers(some + "/steps", steps.get(0), steps.get(1)));
        qdq.node("Slice", inputs, some);
        return some;
    }
}
