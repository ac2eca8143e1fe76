package dev.xception.modelimport.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EqualisationTest {

    private final List<ByteBuffer> pictures = SmallNetwork.pictures(6);
    private final ModelProto model = SmallNetwork.model();
    private final Equalisation equalisation = Equalisation.of(new FloatGraph(model), pictures);
    private final ModelProto equalised = equalisation.model();

    private double[] ranges(ModelProto model, String tensor) {
        double[] ranges = new double[8];
        for (ByteBuffer picture : pictures) {
            float[] values = SmallNetwork.run(model, tensor, picture);
            for (int i = 0; i < values.length; i++) {
                int channel = i / (values.length / ranges.length);
                ranges[channel] = Math.max(ranges[channel], Math.abs(values[i]));
            }
        }
        return ranges;
    }

    @Test
    void theModelComputesTheSameFunction() {
        SmallNetwork.assertSameScores(equalised, pictures);
    }

    @Test
    void rangesBetweenTwoConvolutionsBecomeAlike() {
        double[] before = ranges(model, "depthwise");
        double[] after = ranges(equalised, "depthwise");
        double widest = Arrays.stream(before).max().orElseThrow();
        for (int channel = 0; channel < before.length; channel++) {
            // The reader is no depthwise convolution: the square root of each channel's share stays.
            assertThat(after[channel])
                    .isCloseTo(before[channel] / Math.sqrt(before[channel] / widest), within(1e-3 * widest));
        }
        assertThat(Arrays.stream(before).min().orElseThrow()).isLessThan(0.7 * widest);
    }

    @Test
    void theChannelsOfASumAreRescaledTogether() {
        float[] factors = Objects.requireNonNull(equalisation.factors("sum"));
        for (String tensor : List.of("pool", "shortcut", "sum", "sum_act", "branch", "second_sum")) {
            assertThat(equalisation.factors(tensor)).as(tensor).isSameAs(factors);
            double[] before = ranges(model, tensor);
            double[] after = ranges(equalised, tensor);
            for (int channel = 0; channel < factors.length; channel++) {
                assertThat(after[channel] * factors[channel])
                        .as(tensor)
                        .isCloseTo(before[channel], within(1e-3 * (1 + before[channel])));
            }
        }
    }

    @Test
    void whatABoundOrAnOutputDependsOnStays() {
        for (String tensor : List.of("first_act", "last_act")) {
            assertThat(equalisation.factors(tensor)).as(tensor).isNull();
            assertThat(ranges(equalised, tensor)).as(tensor).containsExactly(ranges(model, tensor), within(1e-3));
        }
    }
}
