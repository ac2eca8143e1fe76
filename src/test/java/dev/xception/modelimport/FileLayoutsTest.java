package dev.xception.modelimport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** One small classifier in every file layout. */
class FileLayoutsTest {

    @TempDir
    Path folder;

    @Test
    void readsAWholeModel() throws IOException {
        check(new KerasFixture().wholeModel(folder.resolve("model.h5"), KerasFixture.TOPOLOGY), options());
    }

    @Test
    void readsWeightsByPositionWhereTheNamesDiffer() throws IOException {
        Path weights = new KerasFixture().keras1Weights(folder.resolve("model.h5"));
        Path topology = Files.writeString(folder.resolve("given.json"), KerasFixture.TOPOLOGY);
        check(weights, options().withTopology(topology));
    }

    @Test
    void readsWeightsOfKeras3WithTheirTopology() throws IOException {
        Path weights = new KerasFixture().keras3Weights(folder.resolve("model.weights.h5"), "layers", "/");
        Path topology = Files.writeString(folder.resolve("given.json"), KerasFixture.TOPOLOGY);
        check(weights, options().withTopology(topology));
    }

    /** Keras keeps no variables of a Normalization that was given its mean and variance. */
    @Test
    void readsAWholeModelWhoseNormalizationStatesItsNumbers() throws IOException {
        String normalization = """
                {"class_name": "Normalization", "config": {"name": "normalization", "axis": -1, "mean": [[[[1, 2, 3]]]],
                 "variance": [[[[1, 4, 9]]]], "batch_input_shape": [null, 8, 8, 3]}},""";
        String topology = KerasFixture.TOPOLOGY.replace("\"layers\": [", "\"layers\": [" + normalization);
        check(new KerasFixture().wholeModel(folder.resolve("model.h5"), topology), options());
    }

    @Test
    void findsTheTopologyBesideTheWeights() throws IOException {
        Path weights = new KerasFixture().keras1Weights(folder.resolve("model.h5"));
        Files.writeString(folder.resolve("model.json"), "{\"model_config\": " + KerasFixture.TOPOLOGY + "}");
        check(weights, options());
    }

    @ParameterizedTest
    @CsvSource({"layers, /", "layers, \\", "_layer_checkpoint_dependencies, /", "_layer_checkpoint_dependencies, \\"})
    void readsArchivesOfEveryKeras(String variables, String separator) throws IOException {
        check(
                new KerasFixture().archive(folder.resolve("m.keras"), KerasFixture.TOPOLOGY, variables, separator),
                options());
    }

    @Test
    void takesABatchOfAnySizeThoughTheFileFixesIt() throws IOException {
        Path onnx = imported(options());
        try (TestModel model = TestModel.open(onnx)) {
            assertThat(model.run("probabilities", new byte[5 * 8 * 8 * 3])).hasSize(5 * 3);
            assertThat(model.run("features", new byte[2 * 8 * 8 * 3])).hasSize(2 * 7 * 7 * 4);
            assertThat(model.run("embedding", new byte[2 * 8 * 8 * 3])).hasSize(2 * 4);
        }
    }

    @ParameterizedTest
    @EnumSource
    void loadsAtEveryOptimisationLevel(OptLevel level) throws IOException {
        try (TestModel model = TestModel.open(imported(options()), level)) {
            assertThat(model.run("probabilities", new byte[8 * 8 * 3]))
                    .containsExactly(KerasFixture.PROBABILITIES, within(1e-6f));
            assertThat(model.outputs()).containsExactly("probabilities", "features", "embedding");
        }
    }

    @Test
    void calculatesInHalfPrecisionBetweenTheSameInputsAndOutputs() throws IOException {
        Path onnx = imported(options().withPrecision(Precision.FP16));
        try (TestModel model = TestModel.open(onnx)) {
            byte[] image = GoldenInputs.formula("hash", 8, 8, 3);
            assertThat(model.run("probabilities", image)).containsExactly(KerasFixture.PROBABILITIES, within(1e-3f));
            assertThat(model.run("embedding", image)).containsExactly(new float[] {1, 2, 3, 4}, within(4e-3f));
            assertThat(model.run("features", image)).hasSize(7 * 7 * 4);
            assertThat(model.metadata()).containsEntry("xception.precision", "fp16");
        }
    }

    @Test
    void resizesWhereTheNetworkAllows() throws IOException {
        Path onnx = folder.resolve("large.onnx");
        Path file = new KerasFixture().wholeModel(folder.resolve("model.h5"), KerasFixture.TOPOLOGY);
        ImportReport report = KerasImporter.importModel(file, options().withInputSize(InputSize.square(20)), onnx);
        assertThat(report.width()).isEqualTo(20);
        try (TestModel model = TestModel.open(onnx)) {
            assertThat(model.run("features", new byte[20 * 20 * 3])).hasSize(19 * 19 * 4);
        }
    }

    @Test
    void keepsItsProvenanceInTheFile() throws IOException {
        Path onnx = imported(options().withLabelsSha256("abc"));
        Map<String, String> expected = Map.of(
                "xception.name", "small",
                "xception.importer.version", KerasImporter.VERSION,
                "xception.weights", "trained",
                "xception.normalization", "inception",
                "xception.precision", "fp32",
                "xception.labels.sha256", "abc",
                "xception.parameters", "83",
                "xception.parameters.trainable", "75",
                "xception.classifier.kernel", "classes/dense/kernel",
                "xception.classifier.bias", "classes/dense/bias");
        try (TestModel model = TestModel.open(onnx)) {
            assertThat(model.metadata()).containsAllEntriesOf(expected);
            assertThat(model.metadata())
                    .containsEntry("xception.input.size", "8x8")
                    .containsEntry("xception.activation", "auto");
            assertThat(model.metadata().get("xception.source.sha256")).matches("[0-9a-f]{64}");
        }
        ModelSummary summary = ModelSummary.read(onnx);
        assertThat(summary.layers())
                .contains(new LayerSummary("conv", "Conv2D", "(7, 7, 4)", 52, 7 * 7 * 48))
                .hasSize(4);
        assertThat(summary.multiplyAdds()).isEqualTo(7 * 7 * 48 + 12);
    }

    @Test
    void servesASingleUnitAsTwoClasses() throws IOException {
        KerasFixture fixture = new KerasFixture()
                .with("classes/kernel", new float[][] {{0}, {1}, {0}, {0}})
                .with("classes/bias", new float[] {-1});
        String topology = KerasFixture.TOPOLOGY.replace("\"units\": 3", "\"units\": 1");
        float positive = (float) (1 / (1 + Math.exp(-1)));
        for (String activation : Set.of("sigmoid", "linear")) {
            Path file = fixture.wholeModel(folder.resolve("model.h5"), topology.replace("softmax", activation));
            Path onnx = folder.resolve("model.onnx");
            assertThat(KerasImporter.importModel(file, options(), onnx).classes())
                    .isEqualTo(2);
            try (TestModel model = TestModel.open(onnx)) {
                assertThat(model.run("probabilities", new byte[8 * 8 * 3]))
                        .containsExactly(new float[] {1 - positive, positive}, within(1e-6f));
            }
            Files.delete(file);
        }
    }

    /** So that an explanation of either class shows what speaks for it. */
    @Test
    void scoresTheTwoClassesOfASingleUnitOppositely() throws IOException {
        String topology =
                KerasFixture.TOPOLOGY.replace("\"units\": 3", "\"units\": 1").replace("softmax", "sigmoid");
        Path file = new KerasFixture()
                .with("classes/kernel", new float[][] {{2}, {4}, {-6}, {8}})
                .with("classes/bias", new float[] {-2})
                .wholeModel(folder.resolve("model.h5"), topology);
        Path onnx = folder.resolve("model.onnx");
        KerasImporter.importModel(file, options(), onnx);
        assertThat(TestModel.classifier(onnx, "kernel")).containsExactly(-1, 1, -2, 2, 3, -3, -4, 4);
        assertThat(TestModel.classifier(onnx, "bias")).containsExactly(1, -1);
    }

    @Test
    void appendsASoftmaxUnlessToldOtherwise() throws IOException {
        Path file = new KerasFixture()
                .wholeModel(folder.resolve("model.h5"), KerasFixture.TOPOLOGY.replace("softmax", "linear"));
        Path onnx = folder.resolve("model.onnx");
        assertThat(KerasImporter.importModel(file, options(), onnx).added()).isEqualTo("softmax");
        try (TestModel model = TestModel.open(onnx)) {
            assertThat(model.run("probabilities", new byte[8 * 8 * 3]))
                    .containsExactly(KerasFixture.PROBABILITIES, within(1e-6f));
        }
        ImportReport asItIs = KerasImporter.importModel(file, options().withActivation(HeadActivation.NONE), onnx);
        assertThat(asItIs.added()).isNull();
        try (TestModel model = TestModel.open(onnx)) {
            assertThat(model.run("probabilities", new byte[8 * 8 * 3]))
                    .containsExactly(new float[] {1, 2, 3}, within(1e-5f));
        }
    }

    /** The network's features are the channels as it sees them. */
    @Test
    void feedsBlueBeforeRedAndLessTheMeanToAModelOfCaffe() throws IOException {
        float[][][][] kernel = new float[2][2][3][4];
        for (int channel = 0; channel < 3; channel++) {
            kernel[0][0][channel][channel] = 1;
        }
        Path file = new KerasFixture()
                .with("conv/kernel", kernel)
                .with("conv/bias", new float[4])
                .wholeModel(folder.resolve("model.h5"), KerasFixture.TOPOLOGY);
        Path onnx = folder.resolve("model.onnx");
        KerasImporter.importModel(file, options().withNormalization(Normalization.CAFFE), onnx);
        byte[] picture = new byte[8 * 8 * 3];
        for (int i = 0; i < picture.length; i += 3) {
            picture[i] = 10;
            picture[i + 1] = 20;
            picture[i + 2] = 100;
        }
        try (TestModel model = TestModel.open(onnx)) {
            assertThat(model.run("embedding", picture))
                    .containsExactly(new float[] {100 - 103.939f, 20 - 116.779f, 10 - 123.68f, 0}, within(1e-4f));
        }
    }

    private void check(Path file, ImportOptions options) throws IOException {
        Path onnx = folder.resolve("model.onnx");
        KerasImporter.importModel(file, options, onnx);
        try (TestModel model = TestModel.open(onnx)) {
            assertThat(model.run("probabilities", GoldenInputs.formula("hash", 8, 8, 3)))
                    .containsExactly(KerasFixture.PROBABILITIES, within(1e-6f));
        }
    }

    private Path imported(ImportOptions options) throws IOException {
        Path onnx = folder.resolve("model.onnx");
        KerasImporter.importModel(
                new KerasFixture().wholeModel(folder.resolve("model.h5"), KerasFixture.TOPOLOGY), options, onnx);
        return onnx;
    }

    private static ImportOptions options() {
        return ImportOptions.named("small");
    }
}
