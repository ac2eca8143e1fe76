package dev.xception.modelimport.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StepCountingTest {

    private final List<ByteBuffer> pictures = SmallNetwork.pictures(6);
    private final ModelProto model = ChannelPadding.pad(SeparableNetwork.model("Relu"));
    private final StepCounting counting = StepCounting.of(new FloatGraph(model), Set.of(), pictures);
    private final ModelProto counted = counting.model();

    @Test
    void theModelComputesTheSameFunction() {
        for (ByteBuffer picture : pictures) {
            for (String tensor : List.of("active", "depthwise", "last")) {
                float[] wanted = SmallNetwork.run(model, tensor, picture);
                FloatBuffer values = FloatBuffer.wrap(SmallNetwork.run(counted, tensor, picture));
                float[] original = counting.original(tensor, values).array();
                float greatest = 0;
                for (float value : wanted) {
                    greatest = Math.max(greatest, Math.abs(value));
                }
                assertThat(original).as(tensor).containsExactly(wanted, within(1e-4f * greatest));
            }
        }
    }

    @Test
    void aDepthwiseConvolutionCountsInTheStepsOfItsBytes() {
        float lowest = 0;
        float highest = 0;
        for (ByteBuffer picture : pictures) {
            for (float count : SmallNetwork.run(counted, "depthwise", picture)) {
                lowest = Math.min(lowest, count);
                highest = Math.max(highest, count);
            }
        }
        assertThat(lowest).isBetween(-128f, -100f);
        assertThat(highest).isBetween(100f, 127f);
        assertThat(new FloatGraph(counted).isInSteps("depthwise")).isTrue();
    }

    @Test
    void noSpareChannelIsLeft() {
        FloatGraph graph = new FloatGraph(counted);
        float[] writer = graph.floats("first/kernel");
        float[] depthwise = graph.floats("depthwise/kernel");
        for (int channel = SeparableNetwork.CHANNELS; channel < 16; channel++) {
            float[] row = Arrays.copyOfRange(writer, 3 * channel, 3 * channel + 3);
            int source = sourceOf(row, writer);
            assertThat(source).isLessThan(SeparableNetwork.CHANNELS);
            assertThat(Arrays.copyOfRange(depthwise, 9 * channel, 9 * channel + 9))
                    .containsExactly(Arrays.copyOfRange(depthwise, 9 * source, 9 * source + 9), within(1e-4f));
        }
    }

    private static int sourceOf(float[] row, float[] writer) {
        int channel = 0;
        while (!Arrays.equals(row, Arrays.copyOfRange(writer, 3 * channel, 3 * channel + 3))) {
            channel++;
        }
        return channel;
    }

    @Test
    void betweenFloatLayersNothingIsCounted() {
        FloatGraph graph = new FloatGraph(model);
        assertThat(inSteps(graph, Set.of("depthwise", "last"))).isFalse();
        assertThat(inSteps(graph, Set.of("depthwise")))
                .as("its reader needs bytes")
                .isTrue();
    }

    private boolean inSteps(FloatGraph graph, Set<String> floatLayers) {
        return new FloatGraph(StepCounting.of(graph, floatLayers, pictures).model()).isInSteps("depthwise");
    }

    @Test
    void whatFollowsAnActivationIsLeftAlone() {
        assertThat(new FloatGraph(counted).isInSteps("active")).isFalse();
        assertThat(counting.original("planes", FloatBuffer.wrap(new float[] {1, 2, 3}))
                        .array())
                .containsExactly(1, 2, 3);
    }
}
