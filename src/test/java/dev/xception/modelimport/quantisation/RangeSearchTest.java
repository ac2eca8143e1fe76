package dev.xception.modelimport.quantisation;

import static dev.xception.modelimport.onnx.OnnxAttributes.attribute;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RangeSearchTest {

    private static final Range SEEN = new Range(0, 25_500);

    /** One layer gives the red of a picture and a hundred times its green; another one reads both. */
    private static ModelProto model(float redWeight, float greenWeight) {
        GraphProto.Builder graph = SeparableNetwork.planes("two")
                .addInitializer(SmallNetwork.floats("first/kernel", new float[] {1, 0, 0, 0, 100, 0}, 2, 3, 1, 1))
                .addInitializer(SmallNetwork.floats("reader/kernel", new float[] {redWeight, greenWeight}, 1, 2, 1, 1))
                .addNode(SeparableNetwork.node("Conv", "first", "planes", "first/kernel"))
                .addNode(SeparableNetwork.node("Conv", "reader", "first", "reader/kernel"));
        return SeparableNetwork.model(graph, "reader");
    }

    private static Range best(float redWeight, float greenWeight) {
        Map<String, Range> best = RangeSearch.best(
                new FloatGraph(model(redWeight, greenWeight)),
                Map.of("planes", new Range(0, 255), "first", SEEN),
                SmallNetwork.pictures(4));
        return best.getOrDefault("first", SEEN);
    }

    @Test
    void keepsTheRangeOfWhatTheReaderNeeds() {
        assertThat(best(1, 1)).isEqualTo(SEEN);
    }

    @Test
    void clipsWhatTheReaderDoesNotNeed() {
        assertThat(best(1, 0).high()).isEqualTo(0.24 * SEEN.high());
    }

    /** The reader takes the bytes of {@code active}, so it decides how they are made. */
    @Test
    void clipsWhatIsPooledForItsReader() {
        FloatGraph graph = new FloatGraph(SeparableNetwork.model(
                SeparableNetwork.planes("pooled")
                        .addInitializer(
                                SmallNetwork.floats("first/kernel", new float[] {1, 0, 0, 0, 100, 0}, 2, 3, 1, 1))
                        .addInitializer(SmallNetwork.floats("reader/kernel", new float[] {1, 0}, 1, 2, 1, 1))
                        .addNode(SeparableNetwork.node("Conv", "first", "planes", "first/kernel"))
                        .addNode(SeparableNetwork.node("Relu", "active", "first"))
                        .addNode(SeparableNetwork.node("MaxPool", "pooled", "active")
                                .addAttribute(attribute("kernel_shape", List.of(2, 2))))
                        .addNode(SeparableNetwork.node("Conv", "reader", "pooled", "reader/kernel")),
                "reader"));
        List<ByteBuffer> pictures = SmallNetwork.pictures(4);

        Map<String, ByteScale> scales =
                Calibration.run(graph, pictures).scales(CalibrationMethod.OUTPUT, graph, pictures);

        Range half = Calibration.run(graph, pictures).seen("active").times(0.5);
        assertThat(requireNonNull(scales.get("active")).scale())
                .isLessThan(ByteScale.over(half).scale());
        assertThat(scales.get("pooled")).isEqualTo(scales.get("active"));
    }

    @Test
    void doesNotClipSums() {
        FloatGraph graph = new FloatGraph(SmallNetwork.model());
        Map<String, Range> ranges = new HashMap<>();
        graph.measuredTensors().forEach(tensor -> ranges.put(tensor, new Range(-10, 10)));
        assertThat(ranges).containsKeys("sum_act", "second_sum", "depthwise");
        assertThat(RangeSearch.best(graph, ranges, SmallNetwork.pictures(2)))
                .containsKey("depthwise")
                .doesNotContainKeys("sum_act", "second_sum");
    }
}
