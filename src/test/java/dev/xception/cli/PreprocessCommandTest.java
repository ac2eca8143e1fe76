package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.TinyModel;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreprocessCommandTest {

    private static final Color ORANGE = new Color(255, 128, 7);

    @TempDir
    Path folder;

    private Path picture;
    private Path output;

    @BeforeEach
    void drawPicture() throws IOException {
        picture = Files.write(folder.resolve("orange.png"), TinyModel.picture(ORANGE, 4, 2, "png"));
        output = folder.resolve("out.bin");
    }

    private CommandRun preprocess(String... options) {
        String[] arguments = new String[options.length + 4];
        arguments[0] = "preprocess";
        arguments[1] = picture.toString();
        arguments[2] = "--output=" + output;
        arguments[3] = "--models=" + folder;
        System.arraycopy(options, 0, arguments, 4, options.length);
        return CommandRun.of(arguments);
    }

    @Test
    void writesWhatTheModelWouldSee() throws IOException {
        TinyModel.create(folder);
        CommandRun run = preprocess("--model=colours", "--fit=squash");
        assertThat(run.err()).isEmpty();
        assertThat(run.out().strip()).isEqualTo(output + ": uint8 [2, 2, 3], fit squash, filter bilinear");
        byte v = (byte) 128;
        assertThat(Files.readAllBytes(output)).containsExactly(-1, v, 7, -1, v, 7, -1, v, 7, -1, v, 7);
    }

    @Test
    void writesWhatXceptionWouldSeeAndNothingElse() throws IOException {
        CommandRun run = preprocess();
        assertThat(run.out().strip()).isEqualTo(output + ": uint8 [299, 299, 3], fit crop, filter bilinear");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(picture, output);
        }
    }

    @Test
    void writesAPictureOfAnySizeWithoutAModel() throws IOException {
        assertThat(preprocess("--size=4", "--fit=pad").exitCode()).isZero();
        byte[] padded = Files.readAllBytes(output);
        assertThat(padded).hasSize(4 * 4 * 3);
        assertThat(padded[0]).isZero();
        assertThat(padded[4 * 3]).isEqualTo((byte) 255);
    }

    @Test
    void writesGreyAsPillowWeighsIt() throws IOException {
        assertThat(preprocess("--size=1", "--channels=1").exitCode()).isZero();
        int grey = (255 * 19595 + 128 * 38470 + 7 * 7471 + 0x8000) >> 16;
        assertThat(Files.readAllBytes(output)).containsExactly((byte) grey);
    }

    @Test
    void takesAModelOrASizeButNotBoth() {
        CommandRun both = preprocess("--model=colours", "--size=4");
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("either a --model or a --size");
        assertThat(preprocess("--channels=1").exitCode()).isEqualTo(2);
        assertThat(output).doesNotExist();
    }

    @Test
    void refusesAPictureWithoutPixelsInOneLineAndWritesNothing() {
        CommandRun run = preprocess("--size=0");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .startsWith("error: ")
                .contains("0 x 0");
        assertThat(output).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(ints = {8193, 30000})
    void refusesAPictureLargerThanAnyModels(int size) {
        CommandRun run = preprocess("--size=" + size);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip()).isEqualTo("error: --size must be at most 8192, not " + size);
    }

    @Test
    void namesTheFolderThatIsNoPicture() {
        picture = folder;
        assertThat(preprocess("--size=4").err().strip()).isEqualTo("error: " + folder + ": Is a directory");
    }

    @Test
    void explainToo() {
        CommandRun run = CommandRun.of("explain", folder.toString(), "--output=" + output, "--models=" + folder);
        assertThat(run.err().strip()).isEqualTo("error: " + folder + ": Is a directory");
    }

    @Test
    void refusesWhatIsNoPictureInOneLineAndWritesNothing() throws IOException {
        Files.writeString(picture, "no picture");
        CommandRun run = preprocess("--size=4");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .startsWith("error: ")
                .contains("orange.png");
        assertThat(output).doesNotExist();
    }
}
