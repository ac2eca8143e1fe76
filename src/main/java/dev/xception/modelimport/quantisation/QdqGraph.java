package dev.xception.modelimport.quantisation;

import static dev.xception.modelimport.onnx.OnnxAttributes.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Nodes and constants of the graph that is being written, with the two operators that lead to bytes and back. */
final class QdqGraph {

    /** Of operators that only ONNX Runtime knows. */
    static final String RUNTIME_DOMAIN = "com.microsoft";

    private final List<NodeProto> nodes = new ArrayList<>();
    private final Map<String, TensorProto> constants = new LinkedHashMap<>();

    QdqGraph(FloatGraph source) {
        source.model().getGraph().getInitializerList().forEach(constant -> constants.put(constant.getName(), constant));
    }

    void node(NodeProto node) {
        nodes.add(node);
    }

    /** Adds {@code template} with other inputs and another output. */
    void node(NodeProto template, List<String> inputs, String output) {
        nodes.add(template.toBuilder()
                .setName(output)
                .clearInput()
                .addAllInput(inputs)
                .clearOutput()
                .addOutput(output)
                .build());
    }

    /** Adds what an operation of the float graph consists of. */
    void node(Operation operation) {
        nodes.add(operation.node());
        if (operation.following() != null) {
            nodes.add(operation.following());
        }
    }

    void quantise(String floats, ByteScale scale, String bytes) {
        convert("QuantizeLinear", floats, scale, bytes);
    }

    void dequantise(String bytes, ByteScale scale, String floats) {
        convert("DequantizeLinear", bytes, scale, floats);
    }

    private void convert(String operator, String from, ByteScale scale, String to) {
        String step = floats(to + "/scale", List.of(), scale.scale());
        node(operator, List.of(from, step, unsignedByte(to + "/zero_point", scale.zeroPoint())), to);
    }

    /** Adds a node with one output. */
    void node(String operator, List<String> inputs, String output, AttributeProto... attributes) {
        nodes.add(NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes))
                .build());
    }

    /** Adds constant integers that become floats, with one scale for each index of an axis. */
    void dequantise(String floats, DataType type, List<Long> shape, byte[] raw, float[] scales, int axis) {
        int zeroBytes = type == DataType.INT32 ? Integer.BYTES : 1;
        List<Long> channels = List.of((long) scales.length);
        List<String> inputs = List.of(
                constant(floats + "/quantized", type, shape, raw),
                floats(floats + "/scale", channels, scales),
                constant(floats + "/zero_point", type, channels, new byte[zeroBytes * scales.length]));
        node("DequantizeLinear", inputs, floats, attribute("axis", axis));
    }

    /**
     * Adds the product of bytes with constant bytes, plus a bias, as floats. ONNX Runtime's own operator: of the standard ones it
     * would make the same, but without the bias. Each product has constants of its own, because ONNX Runtime cannot make those of two
     * unsigned, which {@code OnnxRuntime.sessionOptions} asks for.
     *
     * @param kernel in columns, {@code [K, M]}
     */
    void floatProduct(String bytes, ByteScale scale, QuantisedWeights kernel, float[] bias, String product) {
        int columns = bias.length;
        List<Long> shape = shape(kernel.values().length / columns, columns);
        nodes.add(NodeProto.newBuilder()
                .setOpType("MatMulIntegerToFloat")
                .setDomain(RUNTIME_DOMAIN)
                .setName(product)
                .addInput(bytes)
                .addInput(constant(product + "/kernel", DataType.INT8, shape, kernel.values()))
                .addInput(floats(product + "/scale", List.of(), scale.scale()))
                .addInput(floats(product + "/kernel/scale", shape(columns), kernel.scales()))
                .addInput(unsignedByte(product + "/zero_point", scale.zeroPoint()))
                .addInput(constant(product + "/kernel/zero_point", DataType.INT8, shape(columns), new byte[columns]))
                .addInput(floats(product + "/bias", shape(columns), bias))
                .addOutput(product)
                .build());
    }

    String floats(String name, List<Long> shape, float... values) {
        return constant(name, DataType.FLOAT, shape, littleEndian(values));
    }

    String integers(String name, long... values) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asLongBuffer().put(values);
        return constant(name, DataType.INT64, List.of((long) values.length), raw.array());
    }

    String unsignedByte(String name, int value) {
        return constant(name, DataType.UINT8, List.of(), new byte[] {(byte) value});
    }

    private String constant(String name, DataType type, List<Long> shape, byte[] raw) {
        constants.put(
                name,
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(type.getNumber())
                        .addAllDims(shape)
                        .setRawData(UnsafeByteOperations.unsafeWrap(raw))
                        .build());
        return name;
    }

    static byte[] littleEndian(float[] values) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        return raw.array();
    }

    static byte[] littleEndian(int[] values) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asIntBuffer().put(values);
        return raw.array();
    }

    /**
     * The graph with what its outputs need and nothing else.
     *
     * @param kept names of constants that stay although no node reads them
     */
    GraphProto build(GraphProto source, List<ValueInfoProto> outputs, Collection<String> kept) {
        Set<String> needed = new HashSet<>(kept);
        outputs.forEach(output -> needed.add(output.getName()));
        List<NodeProto> living = new ArrayList<>();
        for (NodeProto node : nodes.reversed()) {
            if (node.getOutputList().stream().anyMatch(needed::contains)) {
                living.add(node);
                needed.addAll(node.getInputList());
            }
        }
        return source.toBuilder()
                .clearNode()
                .addAllNode(living.reversed())
                .clearInitializer()
                .addAllInitializer(constants.values().stream()
                        .filter(constant -> needed.contains(constant.getName()))
                        .toList())
                .clearOutput()
                .addAllOutput(outputs)
                .clearValueInfo()
                .build();
    }

    static List<Long> shape(long... sizes) {
        return Arrays.stream(sizes).boxed().toList();
    }
}
