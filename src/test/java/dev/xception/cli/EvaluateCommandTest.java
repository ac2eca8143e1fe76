package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.TinyModel;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluateCommandTest {

    @TempDir
    Path folder;

    private Path labels;

    @BeforeEach
    void makeModelAndPictures() throws IOException {
        TinyModel.create(folder);
        Files.write(folder.resolve("red.png"), TinyModel.picture(Color.RED, 4, 4, "png"));
        Files.write(folder.resolve("green.png"), TinyModel.picture(Color.GREEN, 4, 4, "png"));
        labels = Files.writeString(folder.resolve("labels.csv"), """
                file,name,class_index
                red.png,"red, the colour",0
                green.png,blue,2
                """);
    }

    private CommandRun evaluate() {
        return CommandRun.of(
                "evaluate", "--models=" + folder, "--model=colours", "--images=" + folder, "--labels=" + labels);
    }

    @Test
    void countsHowOftenTheModelIsRight() {
        CommandRun run = evaluate();
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.outLines())
                .startsWith(
                        "model     colours unknown, fp32 on cpu, fit crop",
                        "pictures  2",
                        "top-1     1 (50.0 %)",
                        "top-5     2 (100.0 %)")
                .last()
                .asString()
                .matches("speed     [0-9.]+ pictures per second, from file to answer");
    }

    /** Spreadsheets write one. */
    @Test
    void readsLabelsBehindAByteOrderMark() throws IOException {
        Files.writeString(labels, "\uFEFF" + Files.readString(labels));
        CommandRun run = evaluate();
        assertThat(run.err()).isEmpty();
        assertThat(run.outLines()).contains("pictures  2");
    }

    @Test
    void saysThatLabelsAreNoText() throws IOException {
        Files.write(labels, new byte[] {'f', (byte) 0xff, '\n'});
        CommandRun run = evaluate();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip()).isEqualTo("error: " + labels + ": is not UTF-8");
    }

    @Test
    void countsOnlyPicturesThatCanBeReadAndSaysWhichCannot() throws IOException {
        Files.delete(folder.resolve("red.png"));
        CommandRun run = evaluate();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.outLines()).contains("pictures  1, and 1 that cannot be read", "top-1     0 (0.0 %)");
        assertThat(run.err().strip()).isEqualTo("error: " + folder.resolve("red.png") + ": no such file");
    }

    @Test
    void namesTheLineThatIsNoLabel() throws IOException {
        Files.writeString(labels, "file,class_index\nred.png,red\n");
        CommandRun run = evaluate();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip()).isEqualTo("error: " + labels + ": line 2: \"red\" is no class index");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4", "99999", "-1"})
    void refusesAClassThatTheModelDoesNotHave(String index) throws IOException {
        Files.writeString(labels, "file,class_index\nred.png,0\ngreen.png," + index + "\n");
        CommandRun run = evaluate();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().strip())
                .isEqualTo("error: " + labels + ": line 3: class " + index + ", but the model has 4");
    }

    @Test
    void refusesAClassBeyondTheIntegers() throws IOException {
        Files.writeString(labels, "file,class_index\nred.png,4294967295\n");
        assertThat(evaluate().err().strip())
                .isEqualTo("error: " + labels + ": line 2: \"4294967295\" is no class index");
    }

    @ParameterizedTest
    @ValueSource(strings = {"red.png", "./red.png"})
    void refusesAPictureThatIsNamedTwice(String again) throws IOException {
        Files.writeString(labels, "file,class_index\nred.png,0\n" + again + ",1\n");
        CommandRun run = evaluate();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip()).isEqualTo("error: " + labels + ": line 3: " + again + " is named twice");
    }

    @Test
    void namesTheFolderInPlaceOfLabels() {
        labels = folder;
        assertThat(evaluate().err().strip()).isEqualTo("error: " + folder + ": Is a directory");
    }

    @Test
    void namesTheFolderInPlaceOfAPicture() throws IOException {
        Files.writeString(labels, "file,class_index\n,0\n");
        CommandRun run = evaluate();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip()).isEqualTo("error: " + folder + ": Is a directory");
    }

    @Test
    void namesTheLineWithoutAFileName() throws IOException {
        Files.writeString(labels, "file,class_index\nred\0.png,0\n");
        CommandRun run = evaluate();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip())
                .isEqualTo("error: " + labels + ": line 2: no file name here: Nul character not allowed");
    }

    @Test
    void namesTheColumnsThatAreMissing() throws IOException {
        Files.writeString(labels, "picture,class\nred.png,0\n");
        assertThat(evaluate().err()).contains("must name the columns file and class_index");
    }
}
