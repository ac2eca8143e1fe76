package dev.xception.modelimport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xception.TestData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Real files of Keras 2 and 3 against the float64 outputs that their index states. */
class KerasFilesTest {

    @TempDir
    Path folder;

    @TestFactory
    List<DynamicTest> givesTheReferenceOutputs() throws IOException {
        Path index = TestData.require("keras3/index.json");
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode entry : new JsonMapper().readTree(index).path("files")) {
            if (entry.path("expect").stringValue().equals("import")) {
                tests.add(DynamicTest.dynamicTest(entry.path("file").stringValue(), () -> check(entry)));
            }
        }
        return tests;
    }

    private void check(JsonNode entry) throws IOException {
        String file = entry.path("file").stringValue();
        Normalization normalization = switch (entry.path("input_scaling").stringValue()) {
            case "v" -> Normalization.NONE;
            case "v/255" -> Normalization.UNIT;
            default -> Normalization.INCEPTION;
        };
        boolean logits = entry.path("output_activation").stringValue().equals("linear");
        HeadActivation activation = logits ? HeadActivation.NONE : HeadActivation.AUTO;
        ImportOptions options =
                ImportOptions.named(file).withNormalization(normalization).withActivation(activation);
        Path onnx = folder.resolve(file + ".onnx");
        ImportReport report = KerasImporter.importModel(TestData.require("keras3/" + file), options, onnx);
        assertThat(report.added()).isNull();
        try (TestModel model = TestModel.open(onnx)) {
            for (JsonNode input : entry.path("inputs")) {
                byte[] image = GoldenInputs.formula(
                        input.path("name").stringValue(), report.width(), report.height(), report.channels());
                float[] output = model.run("probabilities", image);
                JsonNode expected = input.path("output");
                assertThat(output).hasSize(expected.size());
                for (int i = 0; i < output.length; i++) {
                    double value = expected.get(i).doubleValue();
                    double tolerance = logits ? 1e-3 + 1e-4 * Math.abs(value) : 5e-5;
                    assertThat((double) output[i])
                            .as("%s, class %d", input.path("name"), i)
                            .isBetween(value - tolerance, value + tolerance);
                }
            }
        }
    }

    @Test
    void leavesAModelsOwnRescalingAlone() throws IOException {
        assertThat(imported("keras3/skin9_gap.keras").normalization()).isEqualTo(Normalization.NONE);
        assertThat(imported("keras3/mobilenetv2_035_nested.keras").normalization())
                .isEqualTo(Normalization.NONE);
        assertThat(imported("keras3/cifar10_cnn.keras").normalization()).isEqualTo(Normalization.INCEPTION);
    }

    @Test
    void appendsASoftmaxToLogits() throws IOException {
        assertThat(imported("keras3/skin9_gap.keras").added()).isEqualTo("softmax");
    }

    @Test
    void refusesALambdaByName() {
        Path keras = TestData.require("keras3/refuse_lambda.keras");
        Path onnx = folder.resolve("refused.onnx");
        assertThatThrownBy(() -> KerasImporter.importModel(keras, ImportOptions.named("refused"), onnx))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage("layer lambda is of class Lambda, which is not supported");
        assertThat(onnx).doesNotExist();
    }

    @Test
    void countsTheParametersOfXceptionAsKerasDoes() throws IOException {
        Path onnx = folder.resolve("xception.onnx");
        KerasImporter.importModel(TestData.require("xception_hybrid_weights.h5"), ImportOptions.named("x"), onnx);
        ModelSummary summary = ModelSummary.read(onnx);
        assertThat(summary.parameters()).isEqualTo(22_910_480);
        assertThat(summary.trainableParameters()).isEqualTo(22_855_952);
        assertThat(summary.multiplyAdds()).isBetween(8_350_000_000L, 8_450_000_000L);
    }

    @Test
    void takesTheTopologyFromAFileBesideTheWeights() throws IOException {
        Path weights = TestData.require("xception_hybrid_weights.h5");
        Path topology = TestData.require("xception_model_config.json");
        Path own = folder.resolve("own.onnx");
        Path given = folder.resolve("given.onnx");
        KerasImporter.importModel(weights, ImportOptions.named("x"), own);
        KerasImporter.importModel(weights, ImportOptions.named("x").withTopology(topology), given);
        byte[] image = GoldenInputs.formula("hash", 299, 299, 3);
        try (TestModel first = TestModel.open(own);
                TestModel second = TestModel.open(given)) {
            assertThat(second.run("probabilities", image)).containsExactly(first.run("probabilities", image));
        }
    }

    private ImportReport imported(String file) throws IOException {
        return KerasImporter.importModel(
                TestData.require(file), ImportOptions.named("model"), folder.resolve("model.onnx"));
    }
}
