package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.xception.TinyModel;
import dev.xception.modelimport.KerasFixture;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command says of a quantisation, told with a model that takes no time; what int8 costs is in {@link QuantizeCommandTest}. */
class QuantizeSmallModelTest {

    private static final String HELD_BACK = "the others are held back for the comparison";

    @TempDir
    Path folder;

    @BeforeEach
    void importModel() {
        Path file = KerasFixture.ofColours().wholeModel(folder.resolve("small.h5"), KerasFixture.TOPOLOGY);
        assertThat(CommandRun.of("import", file.toString(), "--name=small", "--models=" + folder.resolve("models"))
                        .exitCode())
                .isZero();
    }

    private CommandRun quantize(int pictures, String... options) throws IOException {
        Path images = Files.createDirectory(folder.resolve("images"));
        for (int i = 0; i < pictures; i++) {
            Files.write(images.resolve(i + ".png"), TinyModel.picture(new Color(i, 200 - i, 2 * i), 8, 8, "png"));
        }
        String[] arguments = new String[options.length + 4];
        arguments[0] = "quantize";
        arguments[1] = "--models=" + folder.resolve("models");
        arguments[2] = "--model=small";
        arguments[3] = "--images=" + images;
        System.arraycopy(options, 0, arguments, 4, options.length);
        CommandRun run = CommandRun.of(arguments);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    @ParameterizedTest
    @CsvSource({"67, 48, 19", "67, 53, 14", "5, 4, 1", "10, 2, 8"})
    void calibratesWithAsManyAsToldWhereAFifthIsLeft(int pictures, int samples, int others) throws IOException {
        CommandRun run = quantize(pictures, "--samples=" + samples);
        assertThat(run.out())
                .contains("calibration      " + samples + " pictures")
                .containsPattern("top-1 agreement +\\d+ of " + others + " ");
        assertThat(run.err()).doesNotContain(HELD_BACK, "run on floats");
    }

    @ParameterizedTest
    @CsvSource({"67, 53, 14", "66, 52, 14", "6, 4, 2", "2, 1, 1"})
    void holdsBackAFifthRoundedUp(int pictures, int calibrated, int others) throws IOException {
        CommandRun run = quantize(pictures);
        assertThat(run.out())
                .contains("calibration      " + calibrated + " pictures")
                .containsPattern("top-1 agreement +\\d+ of " + others + " ");
        assertThat(run.err())
                .containsOnlyOnce("calibrating with " + calibrated + " of " + pictures + " pictures: " + HELD_BACK);
    }

    @Test
    void holdsNothingBackOfOnePicture() throws IOException {
        assertThat(quantize(1).err()).contains("there are no other pictures").doesNotContain(HELD_BACK);
    }

    @ParameterizedTest
    @CsvSource({"14, 5, 9, 0.9", "1, 1, 1, 0.5"})
    void saysThatFewPicturesDecide(int pictures, int samples, int others, String least) throws IOException {
        assertThat(quantize(pictures, "--samples=" + samples, "--min-agreement=" + least)
                        .err())
                .containsOnlyOnce("pictures to compare on: " + others
                        + "; one of them in another class is already below --min-agreement=" + least);
    }

    @ParameterizedTest
    @CsvSource({"15, 5, 0.9", "3, 2, 0", "3, 2, 1", "6, 4, 0.5"})
    void saysNothingWhereTheyAreEnoughForTheShare(int pictures, int samples, String least) throws IOException {
        assertThat(quantize(pictures, "--samples=" + samples, "--min-agreement=" + least)
                        .err())
                .doesNotContain("to compare on");
    }

    @Test
    void writesALineForEachStepWhereNobodyLooks() throws IOException {
        String err = quantize(67, "--samples=48", "--layers").err();
        assertThat(err).doesNotContain("\r");
        assertThat(err.lines())
                .containsSubsequence(
                        "quantize small: equalise",
                        "quantize small: calibrate",
                        "quantize small: choose ranges",
                        "quantize small: correct biases",
                        "quantize small: compare",
                        "quantize small: measure layers");
    }

    @Test
    void countsTheLayersThatRunOnFloatsWithoutHavingBeenChosen() throws IOException {
        Path onnx = folder.resolve("models/small/small.onnx");
        ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(onnx)).toBuilder();
        // Only layers whose weights are constants can be quantised.
        List<NodeProto> nodes = new ArrayList<>();
        for (NodeProto node : model.getGraph().getNodeList()) {
            if (node.getOpType().equals("Conv")) {
                nodes.add(NodeProto.newBuilder()
                        .setOpType("Identity")
                        .addInput(node.getInput(1))
                        .addOutput("computed")
                        .build());
                nodes.add(node.toBuilder().setInput(1, "computed").build());
            } else {
                nodes.add(node);
            }
        }
        model.getGraphBuilder().clearNode().addAllNode(nodes);
        Files.write(onnx, model.build().toByteArray());
        assertThat(quantize(5).err())
                .containsOnlyOnce("layers that run on floats without having been chosen, and cost speed: 1");
    }
}
