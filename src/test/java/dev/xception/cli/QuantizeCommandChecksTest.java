package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is looked at before the calibration; what that makes is in {@link QuantizeCommandTest}. */
class QuantizeCommandChecksTest {

    @TempDir
    Path folder;

    @Test
    void doesNotCalibrateWhatItCannotWrite() throws IOException {
        TinyModel.create(folder);
        Path int8 = Files.createDirectories(folder.resolve("colours/colours.int8.onnx"));
        CommandRun run = CommandRun.of(
                "quantize", "--models=" + folder, "--model=colours", "--images=" + folder.resolve("none"));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip()).isEqualTo("error: " + int8 + ": Is a directory");
    }
}
