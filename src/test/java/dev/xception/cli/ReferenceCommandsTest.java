package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.xception.NeedsTestData;
import dev.xception.TestData;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Real Keras files through the commands, from import to the reference outputs. */
@NeedsTestData(ReferenceCommandsTest.MOBILENET)
class ReferenceCommandsTest {

    static final String MOBILENET = "mobilenet_v1_0.75_224.h5";

    private static final int CLASSES = 1000;
    private static final int GOLDEN_RETRIEVER = 8;

    @TempDir
    static Path models;

    private static CommandRun imported;

    @BeforeAll
    static void importMobilenet() {
        imported = CommandRun.of(
                "import",
                TestData.require(MOBILENET).toString(),
                "--name=mobilenet",
                "--labels=imagenet",
                "--models=" + models);
    }

    @Test
    void importsAModelAndSaysWhatItIs() {
        assertThat(imported.err()).isEmpty();
        assertThat(imported.exitCode()).isZero();
        assertThat(imported.out()).startsWith("mobilenet: uint8 [224, 224, 3] in, 1000 classes out");
    }

    @Test
    void modelCountsParametersAndMultiplyAddsAsKerasDoes() {
        CommandRun run = CommandRun.of("model", "mobilenet", "--layers", "--models=" + models);
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("parameters     2,601,976, 2,585,560 of them trainable")
                .contains("multiply-adds  325,400,448 per picture")
                .containsPattern("conv_preds +Conv2D +\\(1, 1, 1000\\) +769,000 +768,000");
    }

    @Test
    void evaluatesThePhotographsAsTheReferenceDoes() {
        CommandRun run = CommandRun.of(
                "evaluate",
                "--models=" + models,
                "--model=mobilenet",
                "--fit=squash",
                "--images=" + TestData.require("images"),
                "--labels=" + TestData.require("images/labels.csv"));
        assertThat(run.err()).isEmpty();
        assertThat(run.outLines()).contains("pictures  67", "top-1     53 (79.1 %)", "top-5     64 (95.5 %)");
    }

    @Test
    void classifiesAPhotograph() {
        CommandRun run = CommandRun.of(
                "classify",
                "--models=" + models,
                "--model=mobilenet",
                "--csv",
                "--top=1",
                TestData.require("images/n01669191_box_turtle.JPEG").toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.outLines().getLast()).contains(",1,37,n01669191,box_turtle,");
    }

    @Test
    void infersTheReferenceProbabilities() throws IOException {
        Path input = TestData.require("golden/inputs/n02099601_golden_retriever_224rgb.bin");
        Path output = models.resolve("probabilities.bin");
        CommandRun run = CommandRun.of(
                "infer",
                "--models=" + models,
                "--model=mobilenet",
                "--input=" + input,
                "--tensor=probabilities",
                "--output=" + output);
        assertThat(run.err()).isEmpty();
        FloatBuffer actual = floats(output);
        FloatBuffer expected = floats(TestData.require("golden/mobilenet_v1_0.75_224/softmax_ref64.bin"));
        assertThat(actual.remaining()).isEqualTo(CLASSES);
        for (int i = 0; i < CLASSES; i++) {
            assertThat(actual.get(i)).isCloseTo(expected.get(GOLDEN_RETRIEVER * CLASSES + i), within(5e-5f));
        }
    }

    @Test
    void preprocessesAPhotographToAsManyBytesAsTheModelTakes() throws IOException {
        Path output = models.resolve("turtle.bin");
        CommandRun run = CommandRun.of(
                "preprocess",
                TestData.require("images/n01669191_box_turtle.JPEG").toString(),
                "--models=" + models,
                "--model=mobilenet",
                "--output=" + output);
        assertThat(run.err()).isEmpty();
        assertThat(output).hasSize(224 * 224 * 3);
    }

    @Test
    void explainsThePhotographInAPngOfItsSize() throws IOException {
        Path output = models.resolve("heat.png");
        CommandRun run = explain("images/n01669191_box_turtle.JPEG", output);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith(output + ": box_turtle, class 37, rank 1, ");
        BufferedImage drawn = ImageIO.read(output.toFile());
        assertThat(drawn.getWidth()).isEqualTo(500);
        assertThat(drawn.getHeight()).isEqualTo(375);
    }

    @Test
    void refusesToExplainAClassThatIsNotThere() {
        Path output = models.resolve("none.png");
        CommandRun run = explain("images/n01669191_box_turtle.JPEG", output, "--class=1000");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip()).isEqualTo("error: --class must be from 0 to 999, not 1000");
        assertThat(output).doesNotExist();
    }

    private static CommandRun explain(String photograph, Path output, String... options) {
        return CommandRun.of(Stream.concat(
                        Stream.of(
                                "explain",
                                TestData.require(photograph).toString(),
                                "--models=" + models,
                                "--model=mobilenet",
                                "--output=" + output),
                        Stream.of(options))
                .toArray(String[]::new));
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void whoMayReadTheLabelsMayReadTheGraph() throws IOException {
        Path folder = models.resolve("mobilenet");
        assertThat(Files.getPosixFilePermissions(folder.resolve("mobilenet.onnx")))
                .isEqualTo(Files.getPosixFilePermissions(folder.resolve("labels.txt")));
    }

    private static FloatBuffer floats(Path file) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
    }
}
