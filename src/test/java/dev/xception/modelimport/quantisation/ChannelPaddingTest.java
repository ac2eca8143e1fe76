package dev.xception.modelimport.quantisation;

import static dev.xception.modelimport.onnx.OnnxAttributes.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ChannelPaddingTest {

    @Test
    void depthwiseChannelsBecomeAMultipleOfSixteen() {
        FloatGraph padded = new FloatGraph(ChannelPadding.pad(SeparableNetwork.model("Relu")));
        assertThat(padded.constant("first/kernel").getDimsList()).containsExactly(16L, 3L, 1L, 1L);
        assertThat(padded.constant("first/bias").getDimsList()).containsExactly(16L);
        assertThat(padded.constant("depthwise/kernel").getDimsList()).containsExactly(16L, 1L, 3L, 3L);
        assertThat(padded.constant("last/kernel").getDimsList()).containsExactly(5L, 16L, 1L, 1L);
    }

    @Test
    void theFunctionStaysTheSame() {
        ModelProto model = SeparableNetwork.model("Relu");
        ModelProto padded = ChannelPadding.pad(model);
        for (ByteBuffer picture : SmallNetwork.pictures(2)) {
            float[] wanted = SmallNetwork.run(model, "last", picture);
            assertThat(SmallNetwork.run(padded, "last", picture)).containsExactly(wanted, within(0.05f));
        }
    }

    /** Its input and its result are of one width, by the sum. */
    @Test
    void aGroupedConvolutionWithinAResidualStays() {
        ModelProto model = SeparableNetwork.model(
                SeparableNetwork.planes("grouped")
                        .addInitializer(SmallNetwork.floats("first/kernel", new float[12 * 3], 12, 3, 1, 1))
                        .addInitializer(SmallNetwork.floats("grouped/kernel", new float[12 * 3], 12, 3, 1, 1))
                        .addNode(SeparableNetwork.node("Conv", "first", "planes", "first/kernel"))
                        .addNode(SeparableNetwork.node("Conv", "grouped", "first", "grouped/kernel")
                                .addAttribute(attribute("group", 4)))
                        .addNode(SeparableNetwork.node("Add", "sum", "first", "grouped")),
                "sum");

        assertThat(ChannelPadding.pad(model).getGraph().getInitializerList())
                .isEqualTo(model.getGraph().getInitializerList());
    }

    @Test
    void whatCannotBeWidenedEverywhereStays() {
        ModelProto bounded = SeparableNetwork.model("Clip");
        assertThat(ChannelPadding.pad(bounded).getGraph().getInitializerList())
                .isEqualTo(bounded.getGraph().getInitializerList());
    }
}
