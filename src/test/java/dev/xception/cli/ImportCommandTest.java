package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an import refuses; what it makes is in {@link ReferenceCommandsTest}. */
class ImportCommandTest {

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void writeFile() throws IOException {
        file = Files.writeString(folder.resolve("model.h5"), "no HDF5");
    }

    private CommandRun importing(String name, String... options) {
        return CommandRun.of(Stream.concat(
                        Stream.of("import", file.toString(), "--name=" + name, "--models=" + folder.resolve("models")),
                        Stream.of(options))
                .toArray(String[]::new));
    }

    @Test
    void refusesWhatIsNoKerasFileInOneLineAndLeavesNothing() throws IOException {
        CommandRun run = importing("mine");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines()).singleElement().asString().startsWith("error: ");
        try (Stream<Path> left = Files.list(folder.resolve("models"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void namesTheFolderThatIsNoKerasFile() {
        file = folder;
        assertThat(importing("mine").err().strip()).isEqualTo("error: " + folder + ": Is a directory");
    }

    @Test
    void refusesANameThatLeadsOutOfTheModelDirectory() {
        CommandRun run = importing("../mine");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip()).isEqualTo("error: \"../mine\" is no model name");
    }

    @Test
    void doesNotTouchAModelThatIsThere() throws IOException {
        Files.createDirectories(folder.resolve("models/mine"));
        CommandRun run = importing("mine");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("is there already").contains("--force");
    }

    @Test
    void namesTheLabelsThatAreMissing() {
        CommandRun run = importing("mine", "--labels=" + folder.resolve("none.txt"));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip()).isEqualTo("error: " + folder.resolve("none.txt") + ": no such file");
    }

    @Test
    void needsAName() {
        CommandRun run = CommandRun.of("import", file.toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--name=NAME");
    }
}
