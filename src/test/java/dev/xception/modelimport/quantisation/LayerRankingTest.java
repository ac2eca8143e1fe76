package dev.xception.modelimport.quantisation;

import static dev.xception.modelimport.onnx.OnnxAttributes.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerRankingTest {

    /** The red of a picture rounded to multiples of 8, and its green, weighted, to all or nothing, added up. */
    private static List<String> ranking(float greenWeight, String output) {
        GraphProto.Builder graph = SeparableNetwork.planes("two")
                .addInitializer(SmallNetwork.floats("red/kernel", new float[] {1, 0, 0}, 1, 3, 1, 1))
                .addInitializer(SmallNetwork.floats("green/kernel", new float[] {0, greenWeight, 0}, 1, 3, 1, 1))
                .addNode(SeparableNetwork.node("Conv", "red", "planes", "red/kernel"))
                .addNode(SeparableNetwork.node("Relu", "red_act", "red"))
                .addNode(SeparableNetwork.node("Conv", "green", "planes", "green/kernel"))
                .addNode(SeparableNetwork.node("Relu", "green_act", "green"))
                .addNode(SeparableNetwork.node("Add", "sum", "red_act", "green_act"))
                .addNode(SeparableNetwork.node("Softmax", "ones", "sum").addAttribute(attribute("axis", 1)));
        ByteFormats formats = new ByteFormats(
                Map.of("red_act", new ByteScale(8, 0), "green_act", new ByteScale(255 * greenWeight, 0)),
                WideBranches.NONE,
                8);
        FloatGraph floats = new FloatGraph(SeparableNetwork.model(graph, output));
        return LayerRanking.of(floats, formats, SmallNetwork.pictures(4), (_, _, _) -> {});
    }

    @Test
    void theLayerThatTheOutputsSufferFromMostIsTheFirst() {
        assertThat(ranking(1, "sum")).containsExactly("green_act", "red_act");
    }

    @Test
    void aLayerThatLosesMuchOfWhatHardlyMattersIsNot() {
        assertThat(ranking(0.01f, "sum")).containsExactly("red_act", "green_act");
    }

    @Test
    void aSoftmaxHidesNothing() {
        assertThat(ranking(1, "ones")).containsExactly("green_act", "red_act");
    }
}
