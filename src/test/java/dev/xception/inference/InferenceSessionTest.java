package dev.xception.inference;

import static dev.xception.inference.OutputTensor.EMBEDDING;
import static dev.xception.inference.OutputTensor.FEATURES;
import static dev.xception.inference.OutputTensor.PROBABILITIES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class InferenceSessionTest {

    private static final SessionConfig CPU = new SessionConfig(ExecutionProvider.CPU, 1);

    @TempDir
    private Path folder;

    @Test
    void readsTheContractAndTheMetadata() throws IOException {
        Path file = TinyGraph.write(folder.resolve("tiny.onnx"), TinyGraph.model(Map.of("xception.name", "tiny")));
        try (InferenceSession session = InferenceSession.open(file, CPU)) {
            assertThat(session.width()).isEqualTo(2);
            assertThat(session.height()).isEqualTo(2);
            assertThat(session.channels()).isEqualTo(3);
            assertThat(session.classes()).isEqualTo(4);
            assertThat(session.outputs()).containsExactlyInAnyOrder(OutputTensor.values());
            assertThat(session.shapeOf(FEATURES)).containsExactly(2, 2, 3);
            assertThat(session.metadata()).containsEntry("xception.name", "tiny");
            assertThat(session.provider()).isEqualTo(ExecutionProvider.CPU);
            assertThat(session.providerReason()).isEqualTo("as configured");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void answersEveryPictureOfABatchInOrder(int size) throws IOException {
        try (InferenceSession session = tiny()) {
            List<ModelOutput> outputs = session.run(pictures(size), Set.of(FEATURES, EMBEDDING));

            assertThat(outputs).hasSize(size);
            for (int i = 0; i < size; i++) {
                assertRightFor(i, outputs.get(i));
            }
        }
    }

    @Test
    void isRightForBatchesOfChangingSizes() throws IOException {
        try (InferenceSession session = tiny()) {
            for (int size : new int[] {5, 1, 8, 2}) {
                List<ModelOutput> outputs = session.run(pictures(size), Set.of(FEATURES, EMBEDDING));
                assertRightFor(size - 1, outputs.getLast());
            }
        }
    }

    @Test
    void givesFeaturesAndEmbeddingOnlyWhenWanted() throws IOException {
        try (InferenceSession session = tiny()) {
            ModelOutput plain = session.run(pictures(1), Set.of()).getFirst();
            assertThat(plain.probabilities()).hasSize(4);
            assertThat(plain.features()).isNull();
            assertThat(plain.embedding()).isNull();

            ModelOutput embedded = session.run(pictures(1), Set.of(EMBEDDING)).getFirst();
            assertThat(embedded.features()).isNull();
            assertThat(embedded.embedding()).isNotNull();
        }
    }

    @Test
    void readsTheRemainingBytesOfADirectBufferAndLeavesItAsItIs() throws IOException {
        ByteBuffer picture = ByteBuffer.allocateDirect(TinyGraph.PIXELS + 5);
        picture.put(5, picture(9), 0, TinyGraph.PIXELS).position(5);
        try (InferenceSession session = tiny()) {
            assertRightFor(
                    9,
                    session.run(List.of(picture), Set.of(FEATURES, EMBEDDING)).getFirst());
        }
        assertThat(picture.position()).isEqualTo(5);
        assertThat(picture.remaining()).isEqualTo(TinyGraph.PIXELS);
    }

    @Test
    void refusesAPictureOfTheWrongSize() throws IOException {
        try (InferenceSession session = tiny()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> session.run(List.of(picture(0), ByteBuffer.allocate(11)), Set.of()))
                    .withMessage("picture 1 has 11 bytes; 2x2x3 needs 12");
        }
    }

    @Test
    void refusesAnEmptyBatch() throws IOException {
        try (InferenceSession session = tiny()) {
            assertThatIllegalArgumentException().isThrownBy(() -> session.run(List.of(), Set.of()));
        }
    }

    @Test
    void refusesAnOutputThatTheGraphLacks() throws IOException {
        ModelProto.Builder model = TinyGraph.model(Map.of());
        model.getGraphBuilder().removeOutput(1);
        try (InferenceSession session = open(model)) {
            assertThat(session.outputs()).containsExactlyInAnyOrder(PROBABILITIES, EMBEDDING);
            assertThatThrownBy(() -> session.run(pictures(1), Set.of(FEATURES)))
                    .isInstanceOf(InferenceException.class)
                    .hasMessageEndingWith("the graph has no output \"features\"");
        }
    }

    private static ModelProto.Builder withFirstWeight(float weight) {
        ModelProto.Builder model = TinyGraph.model(Map.of());
        model.getGraphBuilder().getInitializerBuilder(0).setFloatData(0, weight);
        return model;
    }

    @Test
    void reportsAnOutputThatIsNotFinite() throws IOException {
        try (InferenceSession session = open(withFirstWeight(Float.NaN))) {
            assertThatThrownBy(() -> session.run(pictures(1), Set.of()))
                    .isInstanceOf(InferenceException.class)
                    .hasMessageEndingWith("output \"probabilities\" holds NaN");
        }
    }

    @Test
    void aPictureWhoseOutputIsNotFiniteLeavesItsNeighboursAlone() throws IOException {
        byte[] white = new byte[TinyGraph.PIXELS];
        Arrays.fill(white, (byte) 255);
        ByteBuffer black = ByteBuffer.allocate(TinyGraph.PIXELS);
        try (InferenceSession session = open(withFirstWeight(Float.MAX_VALUE))) {
            List<ModelOutput> outputs = session.run(List.of(black, ByteBuffer.wrap(white)), Set.of(EMBEDDING));

            assertThat(outputs.getFirst().fault()).isNull();
            assertThat(outputs.getFirst().probabilities()).containsExactly(0.25f, 0.25f, 0.25f, 0.25f);
            assertThat(outputs.getLast().fault()).isEqualTo("output \"probabilities\" holds NaN");
        }
    }

    /** On x86 without VNNI ONNX Runtime would let 255 * 127 + 255 * 127 be 32767. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sumsOfProductsOfBytesDoNotSaturate(boolean int8) throws IOException {
        ModelProto.Builder model = TinyGraph.model(Map.of());
        byte[] weights = {127, 126, 0, 0, 127, 126, 0, 0, 127, 126, 0, 0};
        model.getGraphBuilder()
                .addInitializer(TensorProto.newBuilder()
                        .setName("byte_weights")
                        .setDataType(TensorProto.DataType.INT8_VALUE)
                        .addAllDims(List.of(3L, 4L))
                        .setRawData(ByteString.copyFrom(weights)))
                .addInitializer(TensorProto.newBuilder()
                        .setName("zero")
                        .setDataType(uint8())
                        .addInt32Data(0))
                .addInitializer(TensorProto.newBuilder()
                        .setName("weights_zero")
                        .setDataType(TensorProto.DataType.INT8_VALUE)
                        .addInt32Data(0))
                .addInitializer(TensorProto.newBuilder()
                        .setName("scale")
                        .setDataType(TensorProto.DataType.FLOAT_VALUE)
                        .addFloatData(1 / 765f))
                .removeNode(2)
                .addNode(
                        2,
                        TinyGraph.node(
                                "MatMulInteger", List.of("image", "byte_weights", "zero", "weights_zero"), "sums"))
                .addNode(3, TinyGraph.node("Cast", List.of("sums"), "sums/floats", TinyGraph.attribute("to", 1)))
                .addNode(4, TinyGraph.node("Mul", List.of("sums/floats", "scale"), "pixel_logits"))
                .addNode(
                        5,
                        TinyGraph.node(
                                "ReduceMean",
                                List.of("pixel_logits"),
                                "logits",
                                TinyGraph.attribute("axes", 1, 2),
                                TinyGraph.attribute("keepdims", 0)));
        byte[] white = new byte[TinyGraph.PIXELS];
        Arrays.fill(white, (byte) 255);
        try (InferenceSession session = open(model, CPU.withInt8(int8))) {
            float[] probabilities = session.run(List.of(ByteBuffer.wrap(white)), Set.of())
                    .getFirst()
                    .probabilities();
            // The two sums are 255 * 3 * 127 and 255 * 3 * 126, over 765.
            assertThat((double) probabilities[0] / probabilities[1]).isCloseTo(Math.E, within(1e-3));
        }
    }

    @Test
    void refusesAnotherInputName() {
        ModelProto.Builder model = TinyGraph.model(Map.of());
        model.getGraphBuilder().setInput(0, TinyGraph.value("pixels", uint8(), -1, 2, 2, 3));
        model.getGraphBuilder().getNodeBuilder(0).setInput(0, "pixels");
        assertRefused(model, "the graph must have the one input \"image\", but has [pixels]");
    }

    @Test
    void refusesAnInputOfFloats() {
        ModelProto.Builder model = TinyGraph.model(Map.of());
        model.getGraphBuilder().setInput(0, TinyGraph.value("image", TensorProto.DataType.FLOAT_VALUE, -1, 2, 2, 3));
        assertRefused(model, "\"image\" must be a tensor of UINT8");
    }

    @Test
    void refusesAFixedBatch() {
        ModelProto.Builder model = TinyGraph.model(Map.of());
        model.getGraphBuilder().setInput(0, TinyGraph.value("image", uint8(), 1, 2, 2, 3));
        assertRefused(model, "with N dynamic, but has [1, 2, 2, 3]");
    }

    @Test
    void refusesAPictureSizeThatIsNotFixed() {
        ModelProto.Builder model = TinyGraph.model(Map.of());
        model.getGraphBuilder().setInput(0, TinyGraph.value("image", uint8(), -1, -1, -1, 3));
        assertRefused(model, "but has [-1, -1, -1, 3]");
    }

    @Test
    void refusesFourChannels() {
        ModelProto.Builder model = TinyGraph.model(Map.of());
        model.getGraphBuilder().setInput(0, TinyGraph.value("image", uint8(), -1, 2, 2, 4));
        model.getGraphBuilder().removeNode(3).removeNode(2).removeNode(1);
        model.getGraphBuilder().removeOutput(2).removeOutput(1).removeOutput(0);
        model.getGraphBuilder().addOutput(TinyGraph.value("features", TensorProto.DataType.FLOAT_VALUE, -1, 2, 2, 4));
        assertRefused(model, "input \"image\" must have 1 or 3 channels, not 4");
    }

    @Test
    void refusesAGraphWithoutProbabilities() {
        ModelProto.Builder model = TinyGraph.model(Map.of());
        model.getGraphBuilder().removeOutput(0);
        assertRefused(model, "the graph has no output \"probabilities\"");
    }

    @Test
    void refusesAFileThatIsNotThere() {
        Path file = folder.resolve("none.onnx");
        assertThatThrownBy(() -> InferenceSession.open(file, CPU)).hasMessage(file + ": no such file");
    }

    @Test
    void refusesAFileThatIsNoGraphInOneLine() throws IOException {
        Path file = Files.writeString(folder.resolve("text.onnx"), "not a graph\n");
        assertThatThrownBy(() -> InferenceSession.open(file, CPU))
                .isInstanceOf(InferenceException.class)
                .hasMessageStartingWith(file + " on cpu: ")
                .extracting(Throwable::getMessage)
                .satisfies(message -> assertThat(message.lines()).hasSize(1));
    }

    @Test
    void autoTakesTheCpuAndSaysWhyWhereThereIsNoGpu() throws IOException {
        try (InferenceSession session = InferenceSession.open(
                TinyGraph.write(folder.resolve("tiny.onnx")), new SessionConfig(ExecutionProvider.AUTO, 1))) {
            assertThat(session.provider()).isNotEqualTo(ExecutionProvider.AUTO);
            if (session.provider() == ExecutionProvider.CPU) {
                assertThat(session.providerReason()).contains("CUDA");
            }
            assertRightFor(
                    0, session.run(pictures(1), Set.of(FEATURES, EMBEDDING)).getFirst());
        }
    }

    /** With the CUDA build on a machine with a GPU the session opens, and answers right. */
    @ParameterizedTest
    @EnumSource(names = {"CUDA", "TENSORRT"})
    void stopsWhereAnExplicitProviderCannotBeHad(ExecutionProvider provider) throws IOException {
        Path file = TinyGraph.write(folder.resolve("tiny.onnx"));
        try (InferenceSession session = InferenceSession.open(file, new SessionConfig(provider, 1))) {
            assertThat(session.provider()).isEqualTo(provider);
            assertRightFor(
                    0, session.run(pictures(1), Set.of(FEATURES, EMBEDDING)).getFirst());
        } catch (InferenceException e) {
            assertThat(e.getMessage().lines()).hasSize(1);
            assertThat(e).hasMessageContaining(provider.id());
        }
    }

    @Test
    void autoTakesTheCpuForInt8() throws IOException {
        try (InferenceSession session = InferenceSession.open(
                TinyGraph.write(folder.resolve("tiny.onnx")),
                new SessionConfig(ExecutionProvider.AUTO, 1).withInt8(true))) {
            assertThat(session.provider()).isEqualTo(ExecutionProvider.CPU);
            assertThat(session.providerReason()).isEqualTo("only the CPU has kernels for int8");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CUDA", "TENSORRT"})
    void refusesInt8OnAGpu(ExecutionProvider provider) throws IOException {
        Path file = TinyGraph.write(folder.resolve("tiny.onnx"));
        assertThatThrownBy(() -> InferenceSession.open(file, new SessionConfig(provider, 1).withInt8(true)))
                .isInstanceOf(InferenceException.class)
                .hasMessage("execution provider " + provider.id()
                        + " has no kernels for int8: choose the provider cpu or auto, or the precision fp16");
    }

    @Test
    void warmingUpRunsTheGraph() throws IOException {
        try (InferenceSession session = open(withFirstWeight(Float.NaN))) {
            assertThatThrownBy(() -> session.warmUp(2)).hasMessageEndingWith("output \"probabilities\" holds NaN");
        }
    }

    @Test
    void warmsUpAndThenAnswersRight() throws IOException {
        try (InferenceSession session = tiny()) {
            session.warmUp(4, 1, 2);
            assertRightFor(
                    2, session.run(pictures(3), Set.of(FEATURES, EMBEDDING)).getLast());
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 4", "4, 4", "5, 8", "8, 8", "9, 9"})
    void roundsABatchUpToAWarmedSizeOnAGpuOnly(int pictures, int expected) {
        NavigableSet<Integer> warmed = new TreeSet<>(Set.of(1, 2, 4, 8));
        assertThat(InferenceSession.runSize(pictures, true, warmed)).isEqualTo(expected);
        assertThat(InferenceSession.runSize(pictures, false, warmed)).isEqualTo(pictures);
    }

    @Test
    void refusesToRunOnceClosedAndClosesOnlyOnce() throws IOException {
        InferenceSession session = tiny();
        session.close();
        session.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> session.run(pictures(1), Set.of()))
                .withMessage("the session is closed");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void sessionsRunAtTheSameTimeAndOutliveEachOther(int intraOpThreads) throws Exception {
        Path file = TinyGraph.write(folder.resolve("tiny.onnx"));
        List<InferenceSession> sessions =
                InferenceSession.open(file, new SessionConfig(ExecutionProvider.CPU, intraOpThreads), 3);
        CyclicBarrier together = new CyclicBarrier(3);
        try (var owners = Executors.newFixedThreadPool(3)) {
            List<Callable<List<ModelOutput>>> runs = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int owner = i;
                runs.add(() -> {
                    together.await();
                    List<ModelOutput> outputs = List.of();
                    for (int n = 0; n < 200; n++) {
                        outputs = sessions.get(owner).run(List.of(picture(owner)), Set.of(FEATURES, EMBEDDING));
                    }
                    return outputs;
                });
            }
            List<Future<List<ModelOutput>>> answers = owners.invokeAll(runs);
            for (int i = 0; i < 3; i++) {
                assertRightFor(i, answers.get(i).get().getFirst());
            }
        }
        sessions.getFirst().close();
        assertRightFor(
                0,
                sessions.getLast().run(pictures(1), Set.of(FEATURES, EMBEDDING)).getFirst());
        sessions.forEach(InferenceSession::close);
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SessionConfig(ExecutionProvider.CPU, 0))
                .withMessage("intra-op threads must be at least 1, not 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SessionConfig(ExecutionProvider.CUDA, 1, false, -1, true, false))
                .withMessageContaining("-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InferenceSession.open(folder, CPU, 0))
                .withMessageContaining("not 0");
    }

    private InferenceSession tiny() throws IOException {
        return InferenceSession.open(TinyGraph.write(folder.resolve("tiny.onnx")), CPU);
    }

    private InferenceSession open(ModelProto.Builder model) throws IOException {
        return open(model, CPU);
    }

    private InferenceSession open(ModelProto.Builder model, SessionConfig config) throws IOException {
        return InferenceSession.open(TinyGraph.write(folder.resolve("changed.onnx"), model), config);
    }

    private void assertRefused(ModelProto.Builder model, String reason) {
        assertThatThrownBy(() -> open(model))
                .isInstanceOf(InferenceException.class)
                .hasMessageStartingWith(folder.resolve("changed.onnx") + ": ")
                .hasMessageContaining(reason);
    }

    private static int uint8() {
        return TensorProto.DataType.UINT8_VALUE;
    }

    private static List<ByteBuffer> pictures(int count) {
        return IntStream.range(0, count).mapToObj(InferenceSessionTest::picture).toList();
    }

    /** Pixels that differ from picture to picture. */
    private static ByteBuffer picture(int number) {
        ByteBuffer picture = ByteBuffer.allocate(TinyGraph.PIXELS);
        for (int i = 0; i < TinyGraph.PIXELS; i++) {
            picture.put(i, (byte) pixel(number, i));
        }
        return picture;
    }

    private static int pixel(int number, int index) {
        return (31 * number + 23 * index) % 256;
    }

    private static void assertRightFor(int number, ModelOutput output) {
        double[] mean = new double[3];
        for (int i = 0; i < TinyGraph.PIXELS; i++) {
            assertThat(output.features()).isNotNull();
            assertThat(output.features()[i]).isEqualTo(pixel(number, i));
            mean[i % 3] += pixel(number, i) / 4.0;
        }
        double[] powers = {Math.exp(mean[0] / 64), Math.exp(mean[1] / 64), Math.exp(mean[2] / 64), 1};
        double sum = powers[0] + powers[1] + powers[2] + powers[3];
        assertThat(output.embedding()).hasSize(3);
        assertThat(output.probabilities()).hasSize(4);
        for (int i = 0; i < 4; i++) {
            assertThat((double) output.probabilities()[i]).isCloseTo(powers[i] / sum, within(1e-6));
        }
        for (int i = 0; i < 3; i++) {
            assertThat((double) output.embedding()[i]).isCloseTo(mean[i], within(1e-4));
        }
    }
}
