package dev.xception.modelimport.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.UnsafeByteOperations;
import dev.xception.modelimport.InvalidModelException;
import dev.xception.modelimport.Precision;
import dev.xception.modelimport.hdf5.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/** Writes an ONNX graph node by node and keeps every name in it unique. */
final class OnnxBuilder {

    private static final float LARGEST_HALF = 65504;

    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final Set<String> names = new HashSet<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final TensorProto.DataType floatType;

    OnnxBuilder(String name, Precision precision) {
        graph.setName(name);
        this.floatType = switch (precision) {
            case FP32 -> TensorProto.DataType.FLOAT;
            case FP16 -> TensorProto.DataType.FLOAT16;
        };
    }

    /** The type in which the graph calculates. */
    TensorProto.DataType floatType() {
        return floatType;
    }

    /** Keeps a name for {@link #node} calls that ask for exactly it. */
    void reserve(String name) {
        names.add(name);
    }

    /** {@code wanted}, with a number where the name is taken. */
    String unique(String wanted) {
        String name = wanted;
        while (!names.add(name)) {
            name = wanted + "_" + numbers.merge(wanted, 1, Integer::sum);
        }
        return name;
    }

    void input(String name, TensorProto.DataType type, List<Integer> shape) {
        graph.addInput(valueInfo(name, type, shape));
    }

    void output(String name, List<Integer> shape) {
        graph.addOutput(valueInfo(name, TensorProto.DataType.FLOAT, shape));
    }

    /** Adds a node whose output is called {@code output} and returns that name. */
    String node(String operator, String output, List<String> inputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes)));
        return output;
    }

    /** Adds values in the type in which the graph calculates, and returns their name. */
    String weights(String wanted, Tensor tensor) {
        requireFinite(wanted, tensor);
        return floatType == TensorProto.DataType.FLOAT ? floats(wanted, tensor) : halves(wanted, tensor);
    }

    /** Scales of any size meet here: what they make of finite weights may not be finite. */
    private static void requireFinite(String wanted, Tensor tensor) {
        for (float value : tensor.values()) {
            if (!Float.isFinite(value)) {
                throw new InvalidModelException("the weight " + value + " in " + wanted + " is not finite");
            }
        }
    }

    /** Adds values that stay float32, and returns their name. */
    String floats(String wanted, Tensor tensor) {
        byte[] bytes = new byte[Math.multiplyExact(tensor.size(), Float.BYTES)];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(tensor.values());
        return initializer(wanted, TensorProto.DataType.FLOAT, shape(tensor), bytes);
    }

    private String halves(String wanted, Tensor tensor) {
        ByteBuffer bytes = ByteBuffer.allocate(tensor.size() * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : tensor.values()) {
            if (Math.abs(value) > LARGEST_HALF) {
                throw new InvalidModelException("the weight " + value + " in " + wanted + " is too large for fp16");
            }
            bytes.putShort(Float.floatToFloat16(value));
        }
        return initializer(wanted, TensorProto.DataType.FLOAT16, shape(tensor), bytes.array());
    }

    private static List<Long> shape(Tensor tensor) {
        return LongStream.range(0, tensor.rank())
                .map(axis -> tensor.dimension((int) axis))
                .boxed()
                .toList();
    }

    String scalar(String wanted, double value) {
        return weights(wanted, new Tensor(new float[] {(float) value}));
    }

    String integers(String wanted, List<Integer> values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        values.forEach(bytes::putLong);
        return initializer(wanted, TensorProto.DataType.INT64, List.of((long) values.size()), bytes.array());
    }

    private String initializer(String wanted, TensorProto.DataType type, List<Long> shape, byte[] bytes) {
        String name = unique(wanted);
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .addAllDims(shape)
                .setRawData(UnsafeByteOperations.unsafeWrap(bytes)));
        return name;
    }

    GraphProto build() {
        return graph.build();
    }

    /** The batch comes first and may have any size. */
    private static ValueInfoProto valueInfo(String name, TensorProto.DataType type, List<Integer> shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        dimensions.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"));
        shape.forEach(size ->
                dimensions.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size)));
        TypeProto.Tensor.Builder tensor =
                TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(dimensions);
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }
}
