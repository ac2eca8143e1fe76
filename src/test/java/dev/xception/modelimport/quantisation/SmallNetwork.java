package dev.xception.modelimport.quantisation;

import static dev.xception.modelimport.onnx.OnnxAttributes.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A float network of every kind of node that quantisation knows, with seeded weights, and pictures for it. */
final class SmallNetwork {

    static final int SIZE = 16;
    private static final int CHANNELS = 8;
    private static final int CLASSES = 5;

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("small");
    private final Random random = new Random(7);

    private final boolean sensitive;

    private SmallNetwork(boolean sensitive) {
        this.sensitive = sensitive;
    }

    static ModelProto model() {
        return new SmallNetwork(false).build();
    }

    /**
     * A network whose layer {@code shortcut} bytes ruin: its weights for a channel that is always zero are so great that
     * nothing is left of the others.
     */
    static ModelProto modelWithSensitiveLayer() {
        return new SmallNetwork(true).build();
    }

    /** A network whose layer {@code shortcut} has one filter, which is added to every channel of the other branch. */
    static ModelProto modelWithShortcutOfOneChannel() {
        ModelProto.Builder model = model().toBuilder();
        model.getGraphBuilder().getInitializerBuilderList().stream()
                .filter(constant -> constant.getName().startsWith("shortcut/"))
                .forEach(constant -> {
                    List<Float> filter = List.copyOf(
                            constant.getFloatDataList().subList(0, constant.getFloatDataCount() / CHANNELS));
                    constant.setDims(0, 1).clearFloatData().addAllFloatData(filter);
                });
        return model.build();
    }

    static List<ByteBuffer> pictures(int count) {
        Random random = new Random(3);
        List<ByteBuffer> pictures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] pixels = new byte[SIZE * SIZE * 3];
            int[] colour = {random.nextInt(200), random.nextInt(200), random.nextInt(200)};
            for (int k = 0; k < pixels.length; k++) {
                pixels[k] = (byte) (colour[k % 3] + random.nextInt(56));
            }
            pictures.add(ByteBuffer.allocateDirect(pixels.length).put(pixels).flip());
        }
        return pictures;
    }

    /** The values of one tensor for one picture. */
    static float[] run(ModelProto model, String output, ByteBuffer picture) {
        try (GraphSession session = GraphSession.open(GraphSession.withOutputs(model, List.of(output)));
                GraphSession.Values values = session.run(picture)) {
            FloatBuffer buffer = values.get(output);
            float[] copy = new float[buffer.remaining()];
            buffer.get(copy);
            return copy;
        }
    }

    /** Asserts that a changed {@link #model()} still gives its scores. */
    static void assertSameScores(ModelProto changed, List<ByteBuffer> pictures) {
        ModelProto model = model();
        for (ByteBuffer picture : pictures) {
            assertThat(run(changed, "scores", picture)).containsExactly(run(model, "scores", picture), within(1e-3f));
        }
    }

    private ModelProto build() {
        graph.addInput(value("image", DataType.UINT8, SIZE, SIZE, 3));
        graph.addOutput(value("probabilities", DataType.FLOAT, CLASSES));
        graph.addOutput(value("features", DataType.FLOAT, 4, 4, CHANNELS));
        graph.addOutput(value("embedding", DataType.FLOAT, CHANNELS));

        node("Cast", "image/float", List.of("image"), attribute("to", DataType.FLOAT.getNumber()));
        node("Transpose", "image/nchw", List.of("image/float"), attribute("perm", List.of(0, 3, 1, 2)));
        node("Mul", "scaled", List.of("image/nchw", constant("factor", new float[] {1 / 127.5f}, 1)));
        node("Add", "normalization", List.of("scaled", constant("offset", new float[] {-1}, 1)));
        convolution("first", "normalization", 3, 3, 1, 2);
        constant("zero", new float[] {0});
        constant("six", new float[] {6});
        node("Clip", "first_act", List.of("first", "zero", "six"));
        convolution("depthwise", "first_act", CHANNELS, 3, CHANNELS, 1);
        convolution("pointwise", "depthwise", CHANNELS, 1, 1, 1);
        node(
                "MaxPool",
                "pool",
                List.of("pointwise"),
                attribute("kernel_shape", List.of(3, 3)),
                attribute("strides", List.of(2, 2)),
                attribute("pads", List.of(1, 1, 1, 1)));
        convolution("shortcut", "first_act", CHANNELS, 1, 1, 2);
        node("Add", "sum", List.of("pool", "shortcut"));
        node("Relu", "sum_act", List.of("sum"));
        convolution("branch", "sum_act", CHANNELS, 3, 1, 1);
        node("Add", "second_sum", List.of("branch", "sum"));
        convolution("last", "second_sum", CHANNELS, 1, 1, 1);
        node("Relu", "last_act", List.of("last"));
        node("Transpose", "features", List.of("last_act"), attribute("perm", List.of(0, 2, 3, 1)));
        node("GlobalAveragePool", "pooled", List.of("last_act"));
        node("Flatten", "embedding", List.of("pooled"));
        node(
                "Gemm",
                "scores",
                List.of(
                        "embedding",
                        weights("scores/kernel", 0.3, CHANNELS, CLASSES),
                        weights("scores/bias", 1, CLASSES)));
        node("Softmax", "probabilities", List.of("scores"), attribute("axis", 1));
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph)
                .addMetadataProps(metadata("xception.name", "small"))
                .addMetadataProps(metadata("xception.precision", "fp32"))
                .addMetadataProps(metadata("xception.classifier.kernel", "scores/kernel"))
                .build();
    }

    private static StringStringEntryProto metadata(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private void convolution(String name, String input, int inputs, int size, int groups, int stride) {
        double scale = 2 / Math.sqrt((double) inputs / groups * size * size);
        List<String> parts = List.of(
                input,
                weights(name + "/kernel", scale, CHANNELS, inputs / groups, size, size),
                weights(name + "/bias", 0.1, CHANNELS));
        int pad = size / 2;
        node(
                "Conv",
                name,
                parts,
                attribute("kernel_shape", List.of(size, size)),
                attribute("strides", List.of(stride, stride)),
                attribute("pads", List.of(pad, pad, pad, pad)),
                attribute("group", groups));
    }

    private String weights(String name, double scale, long... shape) {
        float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * scale);
        }
        if (sensitive && name.equals("first/bias")) {
            values[0] = -1000;
        }
        if (sensitive && name.equals("shortcut/kernel")) {
            for (int filter = 0; filter < CHANNELS; filter++) {
                values[filter * CHANNELS] = 10_000;
            }
        }
        return constant(name, values, shape);
    }

    private String constant(String name, float[] values, long... shape) {
        graph.addInitializer(floats(name, values, shape));
        return name;
    }

    static TensorProto floats(String name, float[] values, long... shape) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(DataType.FLOAT.getNumber())
                .addAllDims(QdqGraph.shape(shape));
        for (float value : values) {
            tensor.addFloatData(value);
        }
        return tensor.build();
    }

    private void node(String operator, String output, List<String> inputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes)));
    }

    private static ValueInfoProto value(String name, DataType type, long... sizes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"));
        for (long size : sizes) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(shape)))
                .build();
    }
}
