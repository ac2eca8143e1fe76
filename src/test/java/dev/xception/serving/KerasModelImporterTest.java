package dev.xception.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.inference.ExecutionProvider;
import dev.xception.inference.InferenceSession;
import dev.xception.inference.SessionConfig;
import dev.xception.model.ImportRequest;
import dev.xception.model.Labels;
import dev.xception.model.ModelDescriptor;
import dev.xception.model.Precision;
import dev.xception.modelimport.KerasFixture;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
}
