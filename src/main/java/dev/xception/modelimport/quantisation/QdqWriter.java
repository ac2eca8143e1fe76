package dev.xception.modelimport.quantisation;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.xception.modelimport.quantisation.Operation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rewrites a float graph so that its layers compute on bytes: ONNX operators between DequantizeLinear and QuantizeLinear,
 * which ONNX Runtime fuses into its integer kernels.
 *
 * <p>A tensor keeps its name for its float form; its bytes are called {@code NAME/quantized}. Where a tensor is both, the
 * floats are made from the bytes; where floats come first (a layer that stays float), bytes are made of them for those that
 * compute on bytes. What only moves bytes (pooling, a bound at zero) works on the bytes themselves.
 */
final class QdqWriter {

    /** A bias below this many steps fits into 32 bits beside the products that are added to it. */
    private static final double BIAS_LIMIT = 1 << 30;

    private final FloatGraph graph;
    private final ByteFormats formats;
    private final Set<String> floatLayers;
    private final QdqGraph qdq;
    private final Map<String, Bytes> bytes = new HashMap<>();
    private final Map<String, String> rounded = new HashMap<>();
    private final Map<String, Double> shifts = new HashMap<>();

    /** The bytes of a tensor. */
    private record Bytes(String name, ByteScale scale) {}

    /**
     * @param formats with scales of all tensors that {@link FloatGraph#measuredTensors()} names
     * @param floatLayers results of the layers and sums that stay float
     */
    QdqWriter(FloatGraph graph, ByteFormats formats, Set<String> floatLayers) {
        this.graph = graph;
        this.formats = formats;
        this.floatLayers = floatLayers;
        this.qdq = new QdqGraph(graph);
    }

    static QdqWriter allBytes(FloatGraph graph, ByteFormats formats) {
        return new QdqWriter(graph, formats, Set.of());
    }

    /** The served graph. */
    ModelProto write() {
        return write(graph.model().getGraph().getOutputList());
    }

    /** The graph as far as it leads to these tensors of the float graph. */
    ModelProto write(List<ValueInfoProto> outputs) {
        for (Operation operation : graph.operations()) {
            switch (operation.kind()) {
                case INPUT -> input(operation);
                case RESCALE -> rescale(operation);
                case MOVE -> move(operation);
                case ADD -> {
                    if (floatLayers.contains(operation.result())) {
                        asFloats(operation);
                    } else {
                        add(operation, operation.result());
                    }
                }
                case LAYER -> {
                    if (floatLayers.contains(operation.result())) {
                        floatLayer(operation);
                    } else {
                        layer(operation, operation.result());
                    }
                }
                case FLOAT -> qdq.node(operation.node());
            }
        }
        return model(outputs);
    }

    /**
     * The float graph with each layer once more on bytes, beside it and not behind the others, so that its own error can be
     * measured: the layer {@code NAME} becomes the output {@code NAME/alone}.
     */
    ModelProto writeLayersAlone() {
        List<String> outputs = new ArrayList<>();
        for (Operation operation : graph.operations()) {
            asFloats(operation);
            if (operation.isInteger()) {
                outputs.add(operation.result());
                outputs.add(alone(operation.result()));
                if (operation.kind() == Kind.LAYER) {
                    layer(operation, alone(operation.result()));
                } else {
                    add(operation, alone(operation.result()));
                }
            }
        }
        return model(GraphSession.floatOutputs(outputs));
    }

    static String alone(String layer) {
        return layer + "/alone";
    }

    /** Class activation maps are made with the classifier's float weights, which the metadata name. */
    private ModelProto model(List<ValueInfoProto> outputs) {
        List<String> classifier = graph.model().getMetadataPropsList().stream()
                .filter(entry -> entry.getKey().startsWith("xception.classifier."))
                .map(StringStringEntryProto::getValue)
                .toList();
        return graph.model().toBuilder()
                .setGraph(qdq.build(graph.model().getGraph(), outputs, classifier))
                .build();
    }

    private void asFloats(Operation operation) {
        qdq.node(operation.node());
        if (operation.following() != null) {
            qdq.node(operation.following());
        }
    }

    /** The same with other inputs and another name. */
    private void asFloats(Operation operation, List<String> inputs, String result) {
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

    private void input(Operation operation) {
        putBytes(operation.result(), new Bytes(operation.input(), ByteScale.IDENTITY));
    }

    /** Names the bytes that a tensor is made of, and its floats after them. */
    private void putBytes(String tensor, Bytes its) {
        bytes.put(tensor, its);
        qdq.dequantise(its.name(), its.scale(), tensor);
    }

    /**
     * The same bytes with another scale. What the zero point cannot express exactly (127.5 for -1..1) is left to the bias of
     * the layers that read the tensor.
     */
    private void rescale(Operation operation) {
        Bytes source = bytes.get(operation.input());
        boolean onlyLayers = graph.operations().stream()
                .filter(reader -> reads(reader, operation.result()))
                .allMatch(reader -> reader.kind() == Kind.LAYER);
        double factor = graph.floats(operation.node().getInput(1))[0];
        if (source == null || !onlyLayers || !(factor > 0)) {
            asFloats(operation);
            return;
        }
        NodeProto offsetNode = operation.following();
        double offset = offsetNode == null ? 0 : graph.floats(offsetNode.getInput(1))[0];
        double scale = source.scale().scale() * factor;
        double exact = source.scale().zeroPoint() - offset / scale;
        int zeroPoint = (int) Math.clamp(Math.rint(exact), 0, 255);
        shifts.put(operation.result(), scale * (zeroPoint - exact));
        putBytes(operation.result(), new Bytes(source.name(), new ByteScale((float) scale, zeroPoint)));
    }

    private static boolean reads(Operation operation, String tensor) {
        return operation.node().getInputList().contains(tensor);
    }

    private void move(Operation operation) {
        Bytes source = bytes.get(operation.input());
        if (source == null) {
            asFloats(operation);
            return;
        }
        String name = operation.result() + "/quantized";
        NodeProto node = operation.node();
        List<String> inputs = new ArrayList<>(node.getInputList());
        inputs.set(0, source.name());
        int zero = source.scale().zeroPoint();
        switch (node.getOpType()) {
            case "Relu" -> {
                inputs.add(qdq.unsignedByte(name + "/min", zero));
                node = node.toBuilder().setOpType("Clip").build();
            }
            case "Clip" -> {
                double steps =
                        graph.floats(node.getInput(2))[0] / source.scale().scale();
                inputs.set(1, qdq.unsignedByte(name + "/min", zero));
                inputs.set(2, qdq.unsignedByte(name + "/max", (int) Math.min(255, zero + Math.rint(steps))));
            }
            case "Pad" -> inputs.add(qdq.unsignedByte(name + "/zero", zero));
            default -> {}
        }
        qdq.node(node, inputs, name);
        putBytes(operation.result(), new Bytes(name, source.scale()));
    }

    private void add(Operation operation, String result) {
        List<String> inputs =
                operation.node().getInputList().stream().map(this::fromBytes).toList();
        String sum = result + "/sum";
        qdq.node(operation.node(), inputs, sum);
        toBytes(sum, operation.result(), result);
    }

    /** The float form of a tensor that was bytes before. */
    private String fromBytes(String tensor) {
        return bytes.containsKey(tensor) ? tensor : rounded.computeIfAbsent(tensor, this::round);
    }

    private String round(String tensor) {
        String name = tensor + "/dequantized";
        qdq.quantise(tensor, formats.scale(tensor), tensor + "/quantized");
        qdq.dequantise(tensor + "/quantized", formats.scale(tensor), name);
        return name;
    }

    /** Makes bytes of floats with a tensor's scale. */
    private void toBytes(String floats, String tensor, String name) {
        Bytes made = new Bytes(name + "/quantized", formats.scale(tensor));
        qdq.quantise(floats, made.scale(), made.name());
        putBytes(name, made);
    }

    private void floatLayer(Operation operation) {
        NodeProto node = operation.node();
        float[] bias = bias(operation, WeightedLayer.of(graph, node));
        String biasName = qdq.floats(operation.result() + "/bias/float", QdqGraph.shape(bias.length), bias);
        String input = node.getInput(0);
        if (bytes.containsKey(input)) {
            // Between DequantizeLinear and QuantizeLinear ONNX Runtime would make bytes of the float weights by itself,
            // with
            // one scale for all of them.
            String lowest = qdq.floats(operation.result() + "/input/min", List.of(), -Float.MAX_VALUE);
            NodeProto bound = NodeProto.newBuilder().setOpType("Clip").build();
            qdq.node(bound, List.of(input, lowest), operation.result() + "/input");
            input = operation.result() + "/input";
        }
        asFloats(operation, List.of(input, node.getInput(1), biasName), operation.result());
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

    /** Products of bytes. The result is bytes too, but for a dense layer that only floats are wanted of. */
    private void layer(Operation operation, String result) {
        NodeProto node = operation.node();
        String input = fromBytes(operation.input());
        ByteScale inputScale = bytes.containsKey(operation.input())
                ? bytes.get(operation.input()).scale()
                : formats.scale(operation.input());
        WeightedLayer layer = WeightedLayer.of(graph, node);
        float[] bias = bias(operation, layer);
        formats.correct(operation.result(), bias);
        double[] smallest = new double[layer.channels()];
        for (int channel = 0; channel < bias.length; channel++) {
            smallest[channel] = Math.abs(bias[channel]) / BIAS_LIMIT / inputScale.scale();
        }
        QuantisedWeights weights =
                QuantisedWeights.of(layer.weights(), layer.channels(), layer.inner(), formats.weightBits(), smallest);
        int[] steps = new int[bias.length];
        float[] stepScales = new float[bias.length];
        for (int channel = 0; channel < bias.length; channel++) {
            stepScales[channel] = weights.scales()[channel] * inputScale.scale();
            steps[channel] = (int) Math.rint(bias[channel] / (double) stepScales[channel]);
        }
        String kernelName = result + "/kernel/dequantized";
        String biasName = result + "/bias/dequantized";
        TensorProto kernel = graph.constant(node.getInput(1));
        qdq.dequantise(
                kernelName, DataType.INT8, kernel.getDimsList(), weights.values(), weights.scales(), layer.axis());
        qdq.dequantise(
                biasName, DataType.INT32, QdqGraph.shape(bias.length), QdqGraph.littleEndian(steps), stepScales, 0);
        List<String> inputs = List.of(input, kernelName, biasName);
        if (node.getOpType().equals("Gemm") && !isReadAsBytes(operation.result())) {
            asFloats(operation, inputs, result);
        } else {
            String product = result + "/product";
            qdq.node(node, inputs, product);
            toBytes(product, operation.result(), result);
        }
    }

    private boolean isReadAsBytes(String tensor) {
        return graph.operations().stream()
                .anyMatch(reader -> reads(reader, tensor) && (reader.isInteger() || reader.kind() == Kind.MOVE));
    }
}
