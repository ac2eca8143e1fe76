package dev.xception.modelimport.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import dev.xception.modelimport.quantisation.Operation.Kind;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CarriedSumsTest {

    private final List<ByteBuffer> pictures = SmallNetwork.pictures(4);

    /** Two channels of a sum, as wide as each other; a second sum adds {@code branchWeight} to one of them. */
    private static ModelProto model(float branchWeight) {
        GraphProto.Builder graph = SeparableNetwork.planes("carried")
                .addInitializer(SmallNetwork.floats("one/kernel", new float[] {1, 0, 0, 0, 1, 0}, 2, 3, 1, 1))
                .addInitializer(SmallNetwork.floats("two/kernel", new float[] {1, 0, 0, 0, 1, 0}, 2, 3, 1, 1))
                .addInitializer(SmallNetwork.floats("branch/kernel", new float[] {branchWeight, 0, 0, 0}, 2, 2, 1, 1))
                .addInitializer(SmallNetwork.floats("last/kernel", new float[] {1, 1}, 1, 2, 1, 1))
                .addNode(SeparableNetwork.node("Conv", "one", "planes", "one/kernel"))
                .addNode(SeparableNetwork.node("Conv", "two", "planes", "two/kernel"))
                .addNode(SeparableNetwork.node("Add", "sum", "one", "two"))
                .addNode(SeparableNetwork.node("Relu", "sum_act", "sum"))
                .addNode(SeparableNetwork.node("Conv", "branch", "sum_act", "branch/kernel"))
                .addNode(SeparableNetwork.node("Add", "second_sum", "branch", "sum"))
                .addNode(SeparableNetwork.node("Relu", "second_act", "second_sum"))
                .addNode(SeparableNetwork.node("Conv", "last", "second_act", "last/kernel"));
        return SeparableNetwork.model(graph, "last");
    }

    private ModelProto separated(float branchWeight) {
        return CarriedSums.separate(new FloatGraph(model(branchWeight)), pictures);
    }

    @Test
    void aSumWhoseChannelsAreWideElsewhereHasFactorsOfItsOwn() {
        FloatGraph graph = new FloatGraph(separated(100));
        assertThat(graph.operations(Kind.CARRY)).hasSize(1);
        Equalisation equalisation = Equalisation.of(graph, pictures);
        float[] first = Objects.requireNonNull(equalisation.factors("sum"));
        float[] second = Objects.requireNonNull(equalisation.factors("second_sum"));
        assertThat(first[1] / first[0]).isGreaterThan(0.5f);
        assertThat(second[1] / second[0]).isLessThan(0.2f);
    }

    @Test
    void theModelComputesTheSameFunction() {
        ModelProto original = model(100);
        ModelProto equalised =
                Equalisation.of(new FloatGraph(separated(100)), pictures).model();
        for (ByteBuffer picture : pictures) {
            float[] expected = SmallNetwork.run(original, "last", picture);
            float[] found = SmallNetwork.run(equalised, "last", picture);
            for (int i = 0; i < expected.length; i++) {
                assertThat(found[i]).isCloseTo(expected[i], within(1e-5f * (1 + Math.abs(expected[i]))));
            }
        }
    }

    @Test
    void sumsThatAreAlikeStayTogether() {
        assertThat(separated(0.1f)).isEqualTo(model(0.1f));
    }

    @Test
    void bitsAreLostByTheTensorThatTheOthersFitLeast() {
        assertThat(CarriedSums.bitsLost(List.of(widths(8, 1)))).isZero();
        assertThat(CarriedSums.bitsLost(List.of(widths(8, 8), widths(8, 0.5f)))).isCloseTo(2, within(1e-9));
    }

    private static ChannelRanges widths(float... widths) {
        return new ChannelRanges(new float[widths.length], widths);
    }
}
