package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.model.Precision;
import dev.xception.model.ServableModel;
import dev.xception.model.WhenMissing;
import dev.xception.modelimport.KerasFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an import refuses, and which files it leaves; what it makes is in {@link ReferenceCommandsTest}. */
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
    void keepsTheTopologyWithWhichTheGraphCanBeMadeOfTheWeightsAgain() throws IOException {
        file = new KerasFixture().keras1Weights(folder.resolve("weights.h5"));
        Path topology = Files.writeString(folder.resolve("topology.json"), KerasFixture.TOPOLOGY);

        assertThat(importing("mine", "--topology=" + topology).exitCode()).isZero();

        Path model = folder.resolve("models/mine");
        assertThat(model.resolve("weights.json")).hasContent(KerasFixture.TOPOLOGY);
        Files.copy(file, model.resolve("weights.h5"));
        ModelsOption models = new ModelsOption();
        models.models = model.getParent();
        models.verifyDigest = true;
        ServableModel half = models.directory().resolve("mine", Precision.FP16, WhenMissing.FAIL, (bytes, total) -> {});
        assertThat(half.onnx()).exists();

        file = new KerasFixture().wholeModel(folder.resolve("weights.h5"), KerasFixture.TOPOLOGY);
        assertThat(importing("mine", "--force").exitCode()).isZero();
        assertThat(model.resolve("weights.json")).doesNotExist();
    }

    @Test
    void aFileMayHaveANameThatADescriptorCannotHold() throws IOException {
        file = new KerasFixture().wholeModel(folder.resolve(".run 12:30.h5"), KerasFixture.TOPOLOGY);
        CommandRun run = importing("mine");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(folder.resolve("models/mine/model.yaml")).content().contains("_run 12_30.h5");
    }

    @Test
    void needsAName() {
        CommandRun run = CommandRun.of("import", file.toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--name=NAME");
    }
}
