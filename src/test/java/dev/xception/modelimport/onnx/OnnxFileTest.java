package dev.xception.modelimport.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class OnnxFileTest {

    private static final ModelProto MODEL =
            ModelProto.newBuilder().setIrVersion(8).build();

    @TempDir
    Path folder;

    @Test
    void writesOverWhatAKilledProcessLeftUnfinished() throws IOException {
        Path file = folder.resolve("pets.onnx");
        Files.writeString(folder.resolve("pets.onnx.part"), "a longer half of a graph");
        OnnxFile.write(MODEL, file);
        assertThat(file).hasBinaryContent(MODEL.toByteArray());
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void leavesNothingUnfinishedWhereItFails() throws IOException {
        Path inTheWay =
                Files.createDirectories(folder.resolve("pets.onnx/full")).getParent();
        assertThatThrownBy(() -> OnnxFile.write(MODEL, inTheWay)).isInstanceOf(IOException.class);
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void namesTheFileThatTheDiskHasNoSpaceFor() throws IOException {
        Files.createSymbolicLink(folder.resolve("pets.onnx.part"), Path.of("/dev/full"));
        Path file = folder.resolve("pets.onnx");
        assertThatThrownBy(() -> OnnxFile.write(MODEL, file)).hasMessage(file + ": No space left on device");
        assertThat(folder).isEmptyDirectory();
    }

    /** An import that is told to end has removed it. */
    @Test
    void makesNoFolder() {
        Path gone = folder.resolve("gone");
        assertThatThrownBy(() -> OnnxFile.write(MODEL, gone.resolve("pets.onnx")))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(gone).doesNotExist();
    }
}
