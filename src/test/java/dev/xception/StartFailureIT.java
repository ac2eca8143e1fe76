package dev.xception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class StartFailureIT {

    @TempDir
    Path models;

    @Test
    void aModelThatIsNotThereIsOneLineInTheLog(CapturedOutput output) {
        assertStartFails("--xception.model.names=cats");
        assertThat(output.getAll())
                .contains("The server cannot start: no model \"cats\" in")
                .doesNotContain("Error creating bean")
                .doesNotContain("condition evaluation")
                .doesNotContain("\tat ");
    }

    @Test
    void aSettingThatMakesNoSenseIsOneLineInTheLog(CapturedOutput output) {
        TinyModel.create(models);
        assertStartFails("--xception.model.names=colours", "--xception.session.device-id=-1", "--server.port=0");
        assertThat(output.getAll())
                .contains("The server cannot start: the device id must not be negative: -1")
                .doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuda", "tensorrt"})
    void anInt8GraphOnAGpuIsOneLineInTheLog(String provider, CapturedOutput output) throws IOException {
        Path folder = TinyModel.create(models).resolve("colours");
        Files.move(folder.resolve("colours.onnx"), folder.resolve("colours.int8.onnx"));
        assertStartFails(
                "--xception.model.names=colours",
                "--xception.model.precision=int8",
                "--xception.session.provider=" + provider,
                "--server.port=0");
        assertThat(output.getAll())
                .contains(
                        "The server cannot start: execution provider " + provider + " has no kernels for int8: choose")
                .doesNotContain("\tat ");
    }

    private void assertStartFails(String... settings) {
        SpringApplication application = new SpringApplication(XceptionApplication.class);
        application.setDefaultProperties(Map.of("xception.model.directory", models.toString()));
        assertThatThrownBy(() -> application.run(settings)).isInstanceOf(Exception.class);
    }
}
