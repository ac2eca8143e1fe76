package dev.xception.inference;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A graph of the served form, small enough to check by hand: the features are the 2x2x3 pixels as floats, the embedding
 * their mean colour, and the probabilities the softmax of red, green, blue and zero, each over 64.
 */
public final class TinyGraph {

    public static final int PIXELS = 2 * 2 * 3;
    public static final int CLASSES = 4;

    private static final int UINT8 = TensorProto.DataType.UINT8.getNumber();
    private static final int FLOAT = TensorProto.DataType.FLOAT.getNumber();

    private TinyGraph() {}

    /** The graph as it should be, with this metadata. */
    public static ModelProto.Builder model(Map<String, String> metadata) {
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph());
        metadata.forEach((key, value) -> model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return model;
    }

    /** Writes the graph as it should be. */
    public static Path write(Path file) throws IOException {
        return write(file, model(Map.of()));
    }

    static Path write(Path file, ModelProto.Builder model) throws IOException {
        return Files.write(file, model.build().toByteArray());
    }

    static ValueInfoProto value(String name, int type, long... shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        for (long size : shape) {
            dimensions.addDim(
                    size < 0
                            ? TensorShapeProto.Dimension.newBuilder().setDimParam("N")
                            : TensorShapeProto.Dimension.newBuilder().setDimValue(size));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(type).setShape(dimensions)))
                .build();
    }

    private static GraphProto.Builder graph() {
        return GraphProto.newBuilder()
                .setName("tiny")
                .addInput(value("image", UINT8, -1, 2, 2, 3))
                .addOutput(value("probabilities", FLOAT, -1, CLASSES))
                .addOutput(value("features", FLOAT, -1, 2, 2, 3))
                .addOutput(value("embedding", FLOAT, -1, 3))
                .addInitializer(TensorProto.newBuilder()
                        .setName("weights")
                        .setDataType(FLOAT)
                        .addAllDims(List.of(3L, (long) CLASSES))
                        .addAllFloatData(diagonal()))
                .addNode(node("Cast", List.of("image"), "features", attribute("to", FLOAT)))
                .addNode(node(
                        "ReduceMean",
                        List.of("features"),
                        "embedding",
                        attribute("axes", 1, 2),
                        attribute("keepdims", 0)))
                .addNode(node("MatMul", List.of("embedding", "weights"), "logits"))
                .addNode(node("Softmax", List.of("logits"), "probabilities", attribute("axis", -1)));
    }

    private static List<Float> diagonal() {
        float[] weights = new float[3 * CLASSES];
        for (int i = 0; i < 3; i++) {
            weights[i * CLASSES + i] = 1 / 64f;
        }
        return Arrays.asList(
                weights[0],
                weights[1],
                weights[2],
                weights[3],
                weights[4],
                weights[5],
                weights[6],
                weights[7],
                weights[8],
                weights[9],
                weights[10],
                weights[11]);
    }

    static NodeProto node(String op, List<String> inputs, String output, AttributeProto... attributes) {
        return NodeProto.newBuilder()
                .setOpType(op)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes))
                .build();
    }

    static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto attribute(String name, long first, long second) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addInts(first)
                .addInts(second)
                .build();
    }
}
