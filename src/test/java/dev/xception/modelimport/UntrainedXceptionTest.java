package dev.xception.modelimport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real graph with random weights. */
class UntrainedXceptionTest {

    @TempDir
    static Path folder;

    private static Path onnx;
    private static ImportReport report;

    @BeforeAll
    static void write() throws IOException {
        onnx = folder.resolve("untrained.onnx");
        report = KerasImporter.untrainedXception(1, ImportOptions.named("xception"), onnx);
    }

    @Test
    void hasTheSizeOfXception() {
        assertThat(report.summary().parameters()).isEqualTo(22_910_480);
        assertThat(report.summary().trainableParameters()).isEqualTo(22_855_952);
        assertThat(report.summary().multiplyAdds()).isBetween(8_350_000_000L, 8_450_000_000L);
        assertThat(report.width()).isEqualTo(299);
        assertThat(report.classes()).isEqualTo(1000);
    }

    @Test
    void answersWithFiniteProbabilitiesThatDependOnThePicture() {
        try (TestModel model = TestModel.open(onnx)) {
            float[] black = model.run("probabilities", new byte[299 * 299 * 3]);
            float[] other = model.run("probabilities", GoldenInputs.formula("modmix", 299, 299, 3));
            double sum = 0;
            float largest = 0;
            for (float probability : black) {
                sum += probability;
                largest = Math.max(largest, probability);
            }
            assertThat(sum).isBetween(0.999, 1.001);
            assertThat(largest).isLessThan(0.5f);
            assertThat(GoldenOutputsTest.largestDifference(black, other)).isGreaterThan(1e-3);
            assertThat(model.metadata())
                    .containsEntry("xception.weights", "untrained")
                    .doesNotContainKey("xception.source.sha256");
        }
    }

    @Test
    void isTheSameForTheSameSeedOnly() throws IOException {
        Path same = folder.resolve("same.onnx");
        Path different = folder.resolve("different.onnx");
        KerasImporter.untrainedXception(1, ImportOptions.named("xception"), same);
        KerasImporter.untrainedXception(2, ImportOptions.named("xception"), different);
        assertThat(Files.mismatch(onnx, same)).isEqualTo(-1);
        assertThat(Files.mismatch(onnx, different)).isNotEqualTo(-1);
    }
}
