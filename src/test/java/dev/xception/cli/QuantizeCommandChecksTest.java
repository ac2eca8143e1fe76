package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xception.TinyModel;
import dev.xception.model.DirectoryLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is looked at before the calibration; what that makes is in {@link QuantizeCommandTest}. */
class QuantizeCommandChecksTest {

    @TempDir
    Path folder;

    private Path int8;

    @BeforeEach
    void putAFolderWhereTheGraphWouldBe() throws IOException {
        TinyModel.create(folder);
        int8 = Files.createDirectories(folder.resolve("colours/colours.int8.onnx"));
    }

    private CommandRun quantize() {
        return CommandRun.of("quantize", "--models=" + folder, "--model=colours", "--images=" + folder.resolve("none"));
    }

    @Test
    void doesNotCalibrateWhatItCannotWrite() {
        CommandRun run = quantize();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip()).isEqualTo("error: " + int8 + ": Is a directory");
    }

    @Test
    void waitsForWhoeverChangesTheModel() throws Exception {
        assertThat(quantizeWhile(() -> {})).contains("Is a directory");
    }

    @Test
    void takesNoModelThatWasTakenAwayMeanwhile() throws Exception {
        Files.delete(int8);
        assertThat(quantizeWhile(() -> Files.delete(folder.resolve("colours/colours.onnx"))))
                .contains("error: model colours was changed meanwhile: quantize it again");
    }

    private interface Change {
        void make() throws IOException;
    }

    /** What it says where it waited for somebody who made this change. */
    private String quantizeWhile(Change change) throws Exception {
        ModelsOption models = new ModelsOption();
        models.models = folder;
        try (var threads = Executors.newSingleThreadExecutor()) {
            Future<CommandRun> run;
            try (DirectoryLock _ = models.directory().lock("colours")) {
                run = threads.submit(this::quantize);
                assertThatThrownBy(() -> run.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
                change.make();
            }
            return run.get().err();
        }
    }
}
