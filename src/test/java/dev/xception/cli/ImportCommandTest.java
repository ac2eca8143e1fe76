package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.xception.inference.ExecutionProvider;
import dev.xception.inference.InferenceSession;
import dev.xception.inference.SessionConfig;
import dev.xception.model.Precision;
import dev.xception.model.ServableModel;
import dev.xception.model.WhenMissing;
import dev.xception.modelimport.KerasFixture;
import java.awt.Color;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
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

    /** Without the weights beside it, a graph of another precision cannot be made later. */
    @Test
    void makesTheGraphOfEachPrecisionThatIsAskedFor() throws IOException {
        file = KerasFixture.ofColours().wholeModel(folder.resolve("small.h5"), KerasFixture.TOPOLOGY);
        CommandRun both = importing("both", "--precision=fp32,fp16");
        assertThat(both.exitCode()).as(both.err()).isZero();
        assertThat(both.out()).contains("both.onnx, ", "both.fp16.onnx, ");
        assertThat(importing("half", "--precision=fp16").exitCode()).isZero();
        assertThat(folder.resolve("models/half/half.onnx")).doesNotExist();

        for (Color colour : List.of(Color.RED, Color.GREEN, Color.BLUE, Color.GRAY, Color.ORANGE)) {
            float[] whole = probabilities("both", Precision.FP32, colour);
            assertThat(probabilities("both", Precision.FP16, colour)).containsExactly(whole, within(0.01f));
            assertThat(probabilities("half", Precision.FP16, colour)).containsExactly(whole, within(0.01f));
        }
    }

    private float[] probabilities(String name, Precision precision, Color colour) {
        ModelsOption models = new ModelsOption();
        models.models = folder.resolve("models");
        models.verifyDigest = true;
        ServableModel model = models.directory().resolve(name, precision, WhenMissing.FAIL, (bytes, total) -> {});
        assertThat(model.metadata()).containsEntry("xception.precision", precision.id());
        ByteBuffer pixels = ByteBuffer.allocate(8 * 8 * 3);
        while (pixels.hasRemaining()) {
            pixels.put((byte) colour.getRed()).put((byte) colour.getGreen()).put((byte) colour.getBlue());
        }
        try (InferenceSession session =
                InferenceSession.open(model.onnx(), new SessionConfig(ExecutionProvider.CPU, 1))) {
            return session.run(List.of(pixels.flip()), Set.of()).getFirst().probabilities();
        }
    }

    @Test
    void refusesToMakeAnInt8Graph() {
        CommandRun run = importing("mine", "--precision=fp32,int8");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip()).isEqualTo("error: --precision: an int8 graph is made by quantize");
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
