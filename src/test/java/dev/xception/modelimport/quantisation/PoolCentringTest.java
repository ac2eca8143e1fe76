package dev.xception.modelimport.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PoolCentringTest {

    private final List<ByteBuffer> pictures = SmallNetwork.pictures(6);
    private final ModelProto model = SmallNetwork.model();
    private final PoolCentring centring = PoolCentring.of(new FloatGraph(model), pictures);
    private final ModelProto centred = centring.model();

    @Test
    void theModelComputesTheSameFunction() {
        SmallNetwork.assertSameScores(centred, pictures);
    }

    @Test
    void whatIsPooledLiesAroundZero() {
        assertThat(furthestMiddle(model)).isGreaterThan(0.1);
        assertThat(furthestMiddle(centred)).isCloseTo(0, within(1e-4));
    }

    private double furthestMiddle(ModelProto of) {
        ChannelRanges ranges =
                Objects.requireNonNull(ChannelRanges.measure(new FloatGraph(of), List.of("pool"), pictures)
                        .get("pool"));
        double furthest = 0;
        for (int channel = 0; channel < ranges.channels(); channel++) {
            furthest = Math.max(furthest, Math.abs(ranges.middle(channel)));
        }
        return furthest;
    }

    @Test
    void knowsWhatTheTensorsWere() {
        for (String tensor : List.of("pool", "shortcut", "sum")) {
            float[] values = SmallNetwork.run(centred, tensor, pictures.getFirst());
            FloatBuffer original = centring.original(tensor, FloatBuffer.wrap(values));
            float[] wanted = SmallNetwork.run(model, tensor, pictures.getFirst());
            for (int i = 0; i < wanted.length; i++) {
                assertThat(original.get(i)).as(tensor).isCloseTo(wanted[i], within(1e-4f));
            }
        }
    }
}
