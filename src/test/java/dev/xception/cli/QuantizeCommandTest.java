package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.NeedsTestData;
import dev.xception.TestData;
import dev.xception.TinyModel;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real network with real photographs: what int8 costs in accuracy. */
@NeedsTestData(ReferenceCommandsTest.MOBILENET)
class QuantizeCommandTest {

    private static final Pattern TOP_1 = Pattern.compile("top-1 +(\\d+) ");

    @TempDir
    static Path models;

    @BeforeAll
    static void importMobilenet() {
        CommandRun imported = CommandRun.of(
                "import",
                TestData.require(ReferenceCommandsTest.MOBILENET).toString(),
                "--name=mobilenet",
                "--labels=imagenet",
                "--models=" + models);
        assertThat(imported.exitCode()).isZero();
    }

    private static CommandRun quantize(String... options) {
        String[] arguments = new String[options.length + 4];
        arguments[0] = "quantize";
        arguments[1] = "--models=" + models;
        arguments[2] = "--model=mobilenet";
        arguments[3] = "--images=" + TestData.require("images");
        System.arraycopy(options, 0, arguments, 4, options.length);
        return CommandRun.of(arguments);
    }

    /** What it says on standard error beside how far it is. */
    private static List<String> problems(CommandRun run) {
        return run.err()
                .lines()
                .filter(line -> !line.startsWith("quantize mobilenet: "))
                .toList();
    }

    private static int top1(String precision) {
        CommandRun run = CommandRun.of(
                "evaluate",
                "--models=" + models,
                "--model=mobilenet",
                "--precision=" + precision,
                "--fit=crop",
                "--images=" + TestData.require("images"),
                "--labels=" + TestData.require("images/labels.csv"));
        assertThat(run.err()).isEmpty();
        Matcher top1 = TOP_1.matcher(run.out());
        assertThat(top1.find()).isTrue();
        return Integer.parseInt(top1.group(1));
    }

    @Test
    void keepsFiftySevenOfSixtyHits() {
        CommandRun run = quantize("--samples=32");
        assertThat(problems(run)).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("calibration      32 pictures, output")
                .containsPattern("top-1 agreement +\\d+ of 35 ")
                .containsPattern("operators +\\d+ QLinearConv");
        assertThat(top1("fp32")).isEqualTo(60);
        assertThat(top1("int8")).isGreaterThanOrEqualTo(57);
    }

    @Test
    void refusesInOneLineWhatAgreesTooLittle() throws IOException {
        CommandRun run = quantize("--samples=2", "--min-agreement=1", "--keep-float=0");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(problems(run))
                .singleElement()
                .asString()
                .startsWith("error: the int8 model puts only ")
                .endsWith("nothing was written");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void namesTheOptionThatMakesNoSense() {
        assertThat(problems(quantize("--samples=2", "--keep-float=some")))
                .singleElement()
                .asString()
                .startsWith("error: there is no layer some; there are ");
        assertThat(quantize("--samples=0").err().strip()).isEqualTo("error: --samples must be at least 1, not 0");
        assertThat(quantize("--min-agreement=2").err().strip())
                .isEqualTo("error: the least agreement must be within 0..1, not 2.0");
        assertThat(quantize("--method=magic").exitCode()).isEqualTo(2);
    }

    @Test
    void leavesOutPicturesThatCannotBeRead() throws IOException {
        Path pictures = Files.createDirectories(models.resolve("some"));
        for (int i = 0; i < 4; i++) {
            Files.write(pictures.resolve(i + ".png"), TinyModel.picture(new Color(60 * i, 90, 200), 224, 224, "png"));
        }
        Files.writeString(pictures.resolve("5.png"), "no picture");
        CommandRun run = CommandRun.of(
                "quantize",
                "--models=" + models,
                "--model=mobilenet",
                "--images=" + pictures,
                "--samples=2",
                "--min-agreement=0");
        assertThat(run.exitCode()).isZero();
        assertThat(problems(run))
                .singleElement()
                .asString()
                .startsWith("left out: ")
                .contains("5.png");
        assertThat(run.out()).containsPattern("top-1 agreement +\\d of 2 ");
    }

    @Test
    void namesThePictureThatCannotBeRead() throws IOException {
        Path pictures = Files.createDirectories(models.resolve("pictures"));
        Files.writeString(pictures.resolve("broken.jpg"), "no picture");
        CommandRun run = CommandRun.of("quantize", "--models=" + models, "--model=mobilenet", "--images=" + pictures);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("broken.jpg").contains("none of the pictures for calibration can be read");
    }
}
