package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {

    @TempDir
    Path folder;

    @Test
    void appearsOnlyWhenItIsWhole() throws IOException {
        Path file = Files.writeString(folder.resolve("out.bin"), "old");
        try (OutputFile output = new OutputFile(file)) {
            output.stream().write(new byte[] {1, 2, 3});
            assertThat(file).hasContent("old");
            output.commit();
        }
        assertThat(file).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(folder).isDirectoryContaining(only -> only.equals(file)).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void leavesNothingWhereItIsGivenUp() throws IOException {
        try (OutputFile output = new OutputFile(folder.resolve("out.bin"))) {
            output.stream().write(1);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void writesToADeviceWithoutReplacingIt() throws IOException {
        Path device = Path.of("/dev/null");
        try (OutputFile output = new OutputFile(device)) {
            output.stream().write(1);
            output.commit();
        }
        assertThat(Files.isRegularFile(device)).isFalse();
        assertThat(device).exists();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void namesTheDeviceThatIsFull() {
        assertThatThrownBy(() -> {
                    try (OutputFile output = new OutputFile(Path.of("/dev/full"))) {
                        output.stream().write(1);
                        output.commit();
                    }
                })
                .hasMessage("/dev/full: No space left on device");
    }

    @Test
    void refusesAFolder() {
        assertThatThrownBy(() -> new OutputFile(folder)).isInstanceOf(IOException.class);
    }
}
