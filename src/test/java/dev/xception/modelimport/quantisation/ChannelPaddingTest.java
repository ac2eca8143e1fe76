package dev.xception.modelimport.quantisation;

import static dev.xception.modelimport.onnx.OnnxAttributes.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChannelPaddingTest {

    private static final int CHANNELS = 12;

    private final Random random = new Random(1);

    /** A convolution, a depthwise one, and one more whose result is an output. */
    private ModelProto model(String activation) {
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("three")
                .addInput(SmallNetwork.model().getGraph().getInput(0))
                .addInitializer(SmallNetwork.floats("zero", new float[] {0}))
                .addInitializer(SmallNetwork.floats("six", new float[] {6}))
                .addInitializer(weights("first/kernel", CHANNELS, 3, 1, 1))
                .addInitializer(weights("first/bias", CHANNELS))
                .addInitializer(weights("depthwise/kernel", CHANNELS, 1, 3, 3))
                .addInitializer(weights("depthwise/bias", CHANNELS))
                .addInitializer(weights("last/kernel", 5, CHANNELS, 1, 1))
                .addNode(node("Cast", "floats", "image").addAttribute(attribute("to", DataType.FLOAT.getNumber())))
                .addNode(node("Transpose", "planes", "floats").addAttribute(attribute("perm", List.of(0, 3, 1, 2))))
                .addNode(node("Conv", "first", "planes", "first/kernel", "first/bias"))
                .addNode(
                        activation.equals("Relu")
                                ? node("Relu", "active", "first")
                                : node("Clip", "active", "first", "zero", "six"))
                .addNode(node("Conv", "depthwise", "active", "depthwise/kernel", "depthwise/bias")
                        .addAttribute(attribute("group", CHANNELS)))
                .addNode(node("Conv", "last", "depthwise", "last/kernel"))
                .addAllOutput(GraphSession.floatOutputs(List.of("last")));
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph)
                .build();
    }

    private TensorProto weights(String name, long... shape) {
        int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        float[] values = new float[count];
        IntStream.range(0, count).forEach(i -> values[i] = (float) random.nextGaussian());
        return SmallNetwork.floats(name, values, shape);
    }

    private static NodeProto.Builder node(String operator, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output)
                .addAllInput(List.of(inputs))
                .addOutput(output);
    }

    @Test
    void depthwiseChannelsBecomeAMultipleOfSixteen() {
        FloatGraph padded = new FloatGraph(ChannelPadding.pad(model("Relu")));
        assertThat(padded.constant("first/kernel").getDimsList()).containsExactly(16L, 3L, 1L, 1L);
        assertThat(padded.constant("first/bias").getDimsList()).containsExactly(16L);
        assertThat(padded.constant("depthwise/kernel").getDimsList()).containsExactly(16L, 1L, 3L, 3L);
        assertThat(padded.constant("last/kernel").getDimsList()).containsExactly(5L, 16L, 1L, 1L);
    }

    @Test
    void theFunctionStaysTheSame() {
        ModelProto model = model("Relu");
        ModelProto padded = ChannelPadding.pad(model);
        for (ByteBuffer picture : SmallNetwork.pictures(2)) {
            float[] wanted = SmallNetwork.run(model, "last", picture);
            assertThat(SmallNetwork.run(padded, "last", picture)).containsExactly(wanted, within(0.05f));
        }
    }

    @Test
    void whatCannotBeWidenedEverywhereStays() {
        ModelProto bounded = model("Clip");
        assertThat(ChannelPadding.pad(bounded).getGraph().getInitializerList())
                .isEqualTo(bounded.getGraph().getInitializerList());
    }
}
