package dev.xception.modelimport.quantisation;

import static dev.xception.modelimport.onnx.OnnxAttributes.attribute;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** A convolution of single pixels, a depthwise one, and one more of single pixels whose result is an output; seeded weights. */
final class SeparableNetwork {

    static final int CHANNELS = 12;

    private final Random random = new Random(1);

    private SeparableNetwork() {}

    /** @param activation {@code Relu}, {@code Clip} or none */
    static ModelProto model(String activation) {
        return new SeparableNetwork().build(activation);
    }

    private ModelProto build(String activation) {
        GraphProto.Builder graph = planes("three")
                .addInitializer(SmallNetwork.floats("zero", new float[] {0}))
                .addInitializer(SmallNetwork.floats("six", new float[] {6}))
                .addInitializer(weights("first/kernel", CHANNELS, 3, 1, 1))
                .addInitializer(weights("first/bias", CHANNELS))
                .addInitializer(weights("depthwise/kernel", CHANNELS, 1, 3, 3))
                .addInitializer(weights("depthwise/bias", CHANNELS))
                .addInitializer(weights("last/kernel", 5, CHANNELS, 1, 1))
                .addInitializer(weights("last/bias", 5))
                .addNode(node("Conv", "first", "planes", "first/kernel", "first/bias"))
                .addNode(
                        switch (activation) {
                            case "Relu" -> node("Relu", "active", "first");
                            case "Clip" -> node("Clip", "active", "first", "zero", "six");
                            default -> node("Identity", "active", "first");
                        })
                .addNode(node("Conv", "depthwise", "active", "depthwise/kernel", "depthwise/bias")
                        .addAttribute(attribute("group", CHANNELS)))
                .addNode(node("Conv", "last", "depthwise", "last/kernel", "last/bias"));
        return model(graph, "last");
    }

    /** With a ReLU, and the probabilities of five classes. */
    static ModelProto classifier() {
        GraphProto.Builder graph = model("Relu").getGraph().toBuilder();
        return model(
                graph.clearOutput()
                        .addNode(node("GlobalAveragePool", "averages", "last"))
                        .addNode(node("Flatten", "scores", "averages"))
                        .addNode(node("Softmax", "probabilities", "scores")),
                "probabilities");
    }

    /** The beginning of a graph: the picture's colours as float planes, called {@code planes}. */
    static GraphProto.Builder planes(String name) {
        return GraphProto.newBuilder()
                .setName(name)
                .addInput(SmallNetwork.model().getGraph().getInput(0))
                .addNode(node("Cast", "floats", "image").addAttribute(attribute("to", DataType.FLOAT.getNumber())))
                .addNode(node("Transpose", "planes", "floats").addAttribute(attribute("perm", List.of(0, 3, 1, 2))));
    }

    static ModelProto model(GraphProto.Builder graph, String output) {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph.addAllOutput(GraphSession.floatOutputs(List.of(output))))
                .build();
    }

    private TensorProto weights(String name, long... shape) {
        int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        float[] values = new float[count];
        IntStream.range(0, count).forEach(i -> values[i] = (float) random.nextGaussian());
        return SmallNetwork.floats(name, values, shape);
    }

    static NodeProto.Builder node(String operator, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output)
                .addAllInput(List.of(inputs))
                .addOutput(output);
    }
}
