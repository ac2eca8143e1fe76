package dev.xception.modelimport.quantisation;

import static dev.xception.modelimport.onnx.OnnxAttributes.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WideBranchesTest {

    private final List<ByteBuffer> pictures = SmallNetwork.pictures(4);

    /** A sum of the red of a picture and of a hundred times its green; a shortcut reads both for another sum. */
    private static FloatGraph graph(float redWeight, float greenWeight) {
        GraphProto.Builder graph = SeparableNetwork.planes("shortcut")
                .addInitializer(SmallNetwork.floats("one/kernel", new float[] {0.3f, 0, 0, 0, 30, 0}, 2, 3, 1, 1))
                .addInitializer(SmallNetwork.floats("two/kernel", new float[] {0.7f, 0, 0, 0, 70, 0}, 2, 3, 1, 1))
                .addInitializer(
                        SmallNetwork.floats("shortcut/kernel", new float[] {redWeight, greenWeight}, 1, 2, 1, 1))
                .addInitializer(SmallNetwork.floats("branch/kernel", new float[] {0, 0, 0.1f}, 1, 3, 1, 1))
                .addNode(SeparableNetwork.node("Conv", "one", "planes", "one/kernel"))
                .addNode(SeparableNetwork.node("Conv", "two", "planes", "two/kernel"))
                .addNode(SeparableNetwork.node("Add", "sum", "one", "two"))
                .addNode(SeparableNetwork.node("Conv", "shortcut", "sum", "shortcut/kernel"))
                .addNode(SeparableNetwork.node("Conv", "branch", "planes", "branch/kernel"))
                .addNode(SeparableNetwork.node("Add", "second_sum", "shortcut", "branch"));
        return new FloatGraph(SeparableNetwork.model(graph, "second_sum"));
    }

    /** Half the sum of maxima of red, moved by a bias, and of green, whose bias takes that back. */
    private static FloatGraph pooledGraph(float bias) {
        GraphProto.Builder graph = SeparableNetwork.planes("pooled")
                .addInitializer(SmallNetwork.floats("branch/kernel", new float[] {0.5f, 0, 0}, 1, 3, 1, 1))
                .addInitializer(SmallNetwork.floats("branch/bias", new float[] {bias}, 1))
                .addInitializer(SmallNetwork.floats("shortcut/kernel", new float[] {0, 0.5f, 0}, 1, 3, 1, 1))
                .addInitializer(SmallNetwork.floats("shortcut/bias", new float[] {-bias}, 1))
                .addNode(SeparableNetwork.node("Conv", "branch", "planes", "branch/kernel", "branch/bias"))
                .addNode(SeparableNetwork.node("MaxPool", "pool", "branch")
                        .addAttribute(attribute("kernel_shape", List.of(2, 2)))
                        .addAttribute(attribute("strides", List.of(2, 2))))
                .addNode(SeparableNetwork.node("Conv", "shortcut", "planes", "shortcut/kernel", "shortcut/bias")
                        .addAttribute(attribute("strides", List.of(2, 2))))
                .addNode(SeparableNetwork.node("Add", "second_sum", "pool", "shortcut"));
        return new FloatGraph(SeparableNetwork.model(graph, "second_sum"));
    }

    private Calibration calibration(FloatGraph graph) {
        return Calibration.run(graph, pictures);
    }

    private WideBranches wide(FloatGraph graph) {
        return WideBranches.find(graph, calibration(graph), pictures);
    }

    @Test
    void aSumIsWideWhereOneByteSaysTooLittle() {
        assertThat(wide(graph(1, 0)).sums()).containsOnlyKeys("sum");
    }

    @Test
    void aSumIsNotWideWhereOneByteSaysEnough() {
        assertThat(wide(graph(0, 1))).isEqualTo(WideBranches.NONE);
    }

    @Test
    void productsStayFloatsUntilTheyArePooledWhereOneByteSaysTooLittle() {
        assertThat(wide(pooledGraph(20_000)).pooled()).containsExactly("pool");
    }

    @Test
    void productsArePooledAsBytesWhereThoseSayEnough() {
        assertThat(wide(pooledGraph(0))).isEqualTo(WideBranches.NONE);
    }

    @Test
    void twoBytesSayTwoHundredTimesAsMuch() {
        assertGain(graph(1, 0));
    }

    @Test
    void floatsSayMoreThanBytesWhereTheyArePooled() {
        assertGain(pooledGraph(20_000));
    }

    private void assertGain(FloatGraph graph) {
        Map<String, ByteScale> scales = calibration(graph).scales(CalibrationMethod.MINMAX, graph, pictures);
        assertThat(decibels(graph, new ByteFormats(scales, WideBranches.NONE, 8)))
                .isLessThan(20);
        assertThat(decibels(graph, new ByteFormats(scales, wide(graph), 8))).isGreaterThan(40);
    }

    private double decibels(FloatGraph graph, ByteFormats formats) {
        SignalToNoise ratio = new SignalToNoise();
        ModelProto quantised = QdqWriter.allBytes(graph, formats).write();
        for (ByteBuffer picture : pictures) {
            ratio.add(
                    FloatBuffer.wrap(SmallNetwork.run(graph.model(), "second_sum", picture)),
                    FloatBuffer.wrap(SmallNetwork.run(quantised, "second_sum", picture)));
        }
        return ratio.decibels();
    }

    @Test
    void noPictureIsNeededWhereThereAreNoSuchBranches() {
        FloatGraph graph = new FloatGraph(SeparableNetwork.model("Relu"));
        assertThat(WideBranches.find(graph, new Calibration(Map.of(), 1), List.of()))
                .isEqualTo(WideBranches.NONE);
    }
}
