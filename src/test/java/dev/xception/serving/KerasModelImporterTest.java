package dev.xception.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.inference.ExecutionProvider;
import dev.xception.inference.InferenceSession;
import dev.xception.inference.SessionConfig;
import dev.xception.model.ImportRequest;
import dev.xception.model.Labels;
import dev.xception.model.ModelDescriptor;
import dev.xception.model.ModelDirectory;
import dev.xception.model.Precision;
import dev.xception.model.ServableModel;
import dev.xception.model.Sha256;
import dev.xception.model.WeightsDownload;
import dev.xception.model.WeightsSource;
import dev.xception.model.WhenMissing;
import dev.xception.modelimport.KerasFixture;
import dev.xception.modelimport.KerasImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KerasModelImporterTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(names = {"FP32", "FP16"})
    void keepsAnInputThatIsNotSquare(Precision precision) throws IOException {
        Path weights = new KerasFixture()
                .wholeModel(folder.resolve("wide.h5"), KerasFixture.TOPOLOGY.replace("8, 8, 3", "6, 8, 3"));
        ModelDescriptor wide = new ModelDescriptor(
                "wide",
                null,
                "unknown",
                new ModelDescriptor.Input(8, 6, 3),
                "auto",
                "auto",
                ModelDescriptor.Preprocessing.DEFAULT,
                Labels.FILE);
        Path onnx = folder.resolve("wide.onnx");

        new KerasModelImporter().importModel(new ImportRequest(wide, precision, weights, "abc", onnx));

        try (InferenceSession session = InferenceSession.open(onnx, new SessionConfig(ExecutionProvider.CPU, 1))) {
            assertThat(session.width()).isEqualTo(8);
            assertThat(session.height()).isEqualTo(6);
        }
    }

    /** What the importer writes into a graph is what the directory looks for there. */
    @ParameterizedTest
    @CsvSource({
        "normalization: inception, normalization: unit",
        "activation: auto, activation: none",
        "width: 8, width: 9"
    })
    void makesAGraphAnewOnceItsDescriptionWasEdited(String old, String edited) throws IOException {
        Path yaml = describeSmall();
        ServableModel first = resolve();
        FileTime made = FileTime.fromMillis(0);
        Files.setLastModifiedTime(first.onnx(), made);
        assertThat(resolve().metadata()).isEqualTo(first.metadata());
        assertThat(Files.getLastModifiedTime(first.onnx())).isEqualTo(made);

        Files.writeString(yaml, Files.readString(yaml).replace(old, edited));
        assertThat(resolve().metadata()).isNotEqualTo(first.metadata());
        assertThat(Files.getLastModifiedTime(first.onnx())).isNotEqualTo(made);
    }

    @Test
    void writesOverWhatAKilledStartLeftUnfinished() throws IOException {
        Path model = describeSmall().getParent();
        Files.writeString(model.resolve("small.onnx.part"), "half a graph");
        assertThat(resolve().onnx()).exists();
        assertThat(model).isDirectoryNotContaining("glob:**.part");
    }

    private Path describeSmall() throws IOException {
        Path model = Files.createDirectory(folder.resolve("small"));
        Path weights = new KerasFixture().wholeModel(model.resolve("small.h5"), KerasFixture.TOPOLOGY);
        ModelDescriptor descriptor = new ModelDescriptor(
                "small",
                new WeightsSource("small.h5", Files.size(weights), Sha256.of(weights), List.of()),
                "unknown",
                new ModelDescriptor.Input(8, 8, 3),
                "inception",
                "auto",
                ModelDescriptor.Preprocessing.DEFAULT,
                Labels.FILE);
        Files.writeString(model.resolve(Labels.FILE), "a\nb\nc\n");
        return Files.writeString(model.resolve(ModelDescriptor.FILE), descriptor.toYaml());
    }

    private ServableModel resolve() {
        WeightsDownload download = new WeightsDownload(Map.of(), Duration.ofSeconds(5), Duration.ofSeconds(5));
        return new ModelDirectory(folder, new KerasModelImporter(), download, true)
                .resolve("small", Precision.FP32, WhenMissing.FAIL, (bytes, total) -> {});
    }

    @Test
    void hasTheVersionThatItsGraphsBear() {
        assertThat(new KerasModelImporter().version()).isEqualTo(KerasImporter.VERSION);
    }
}
