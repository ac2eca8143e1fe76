package dev.xception.modelimport.quantisation;

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

    @Test
    void whatCannotBeWidenedEverywhereStays() {
        ModelProto bounded = SeparableNetwork.model("Clip");
        assertThat(ChannelPadding.pad(bounded).getGraph().getInitializerList())
                .isEqualTo(bounded.getGraph().getInitializerList());
    }
}
