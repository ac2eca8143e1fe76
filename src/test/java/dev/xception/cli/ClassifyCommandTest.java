package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.TinyModel;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ClassifyCommandTest {

    @TempDir
    static Path folder;

    private static Path models;
    private static Path pictures;
    private static Path red;
    private static Path text;

    @BeforeAll
    static void makeModelAndPictures() throws IOException {
        models = TinyModel.create(folder.resolve("models"));
        pictures = Files.createDirectories(folder.resolve("pictures/more"));
        pictures = pictures.getParent();
        red = Files.write(pictures.resolve("red, only.png"), TinyModel.picture(Color.RED, 20, 10, "png"));
        Files.write(pictures.resolve("blue.PNG"), TinyModel.picture(Color.BLUE, 4, 4, "png"));
        Files.write(pictures.resolve("more/green.bmp"), TinyModel.picture(Color.GREEN, 8, 8, "bmp"));
        text = Files.writeString(pictures.resolve("notes.txt"), "no picture");
    }

    private static CommandRun classify(Object... arguments) {
        return run(false, arguments);
    }

    private static CommandRun run(boolean terminal, Object... arguments) {
        List<String> all = new ArrayList<>(List.of("classify", "--models=" + models, "--model=colours"));
        for (Object argument : arguments) {
            all.add(argument.toString());
        }
        return CommandRun.of(terminal, all.toArray(String[]::new));
    }

    @Test
    void writesATableWithoutBarsWhereNobodyLooks() {
        CommandRun run = classify("--top=2", red);
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.outLines())
                .containsExactly(
                        "model colours unknown, fp32 on cpu",
                        "",
                        red + " (PNG, 20 x 10)",
                        "   94.7 %  n00000001  red",
                        "    1.8 %  n00000002  green");
    }

    @Test
    void drawsBarsInATerminal() {
        CommandRun run = run(true, "--top=2", red);
        assertThat(run.outLines()).contains("   94.7 %  ██████████████████████▊   n00000001  red");
        assertThat(run.outLines()).anyMatch(line -> line.startsWith("    1.8 %  ▍  "));
    }

    @Test
    void writesOneJsonObjectALineInTheServersForm() {
        CommandRun run = classify("--json", "--top=1", red, pictures.resolve("blue.PNG"));
        assertThat(run.exitCode()).isZero();
        assertThat(run.outLines()).hasSize(2);
        JsonNode line = new JsonMapper().readTree(run.outLines().getFirst());
        assertThat(line.get("file").asString()).isEqualTo(red.toString());
        assertThat(line.at("/model/name").asString()).isEqualTo("colours");
        assertThat(line.at("/model/weights").asString()).isEqualTo("trained");
        assertThat(line.at("/image/format").asString()).isEqualTo("png");
        assertThat(line.at("/image/width").asInt()).isEqualTo(20);
        assertThat(line.at("/predictions/0/rank").asInt()).isEqualTo(1);
        assertThat(line.at("/predictions/0/class_index").asInt()).isZero();
        assertThat(line.at("/predictions/0/wordnet_id").asString()).isEqualTo("n00000001");
        assertThat(line.at("/predictions/0/label").asString()).isEqualTo("red");
        assertThat(line.at("/predictions/0/probability").asDouble()).isBetween(0.94, 0.95);
    }

    @Test
    void writesCsvWithOneRowPerClassAndQuotesWhatNeedsIt() {
        CommandRun run = classify("--csv", "--top=1", red);
        assertThat(run.outLines().getFirst()).isEqualTo("file,rank,class_index,wordnet_id,label,probability");
        assertThat(run.outLines().get(1)).startsWith("\"" + red + "\",1,0,n00000001,red,0.94");
        assertThat(run.outLines()).hasSize(2);
    }

    @Test
    void takesJsonOrCsvButNotBoth() {
        assertThat(classify("--csv", "--json", red).exitCode()).isEqualTo(2);
    }

    @Test
    void findsThePicturesOfAFolderSortedAndLeavesOtherFilesAlone() {
        CommandRun run = classify("--csv", "--top=1", pictures);
        assertThat(run.err()).isEmpty();
        assertThat(run.outLines())
                .extracting(line -> Csv.values(line).get(4))
                .containsExactly("label", "blue", "green", "red");
    }

    @Test
    void findsPicturesByAPattern() {
        CommandRun run = classify("--csv", "--top=1", pictures + "/**.{bmp,PNG}");
        assertThat(run.outLines())
                .extracting(line -> Csv.values(line).get(4))
                .containsExactly("label", "blue", "green");
    }

    @Test
    void looksNoDeeperThanAPatternReaches() throws IOException {
        Path deep = Files.createDirectories(folder.resolve("deep/sub"));
        Files.copy(red, deep.resolveSibling("top.png"));
        Files.copy(red, deep.resolve("below.png"));
        // A walk into this link would fail.
        Files.createSymbolicLink(deep.resolve("loop"), deep);
        CommandRun one = classify("--csv", "--top=1", deep.getParent() + "/*.png");
        assertThat(one.err()).isEmpty();
        assertThat(one.outLines())
                .extracting(line -> Csv.values(line).getFirst())
                .containsExactly("file", deep.resolveSibling("top.png").toString());
        CommandRun two = classify("--csv", "--top=1", deep.getParent() + "/*/*.png");
        assertThat(two.err()).isEmpty();
        assertThat(two.outLines())
                .extracting(line -> Csv.values(line).getFirst())
                .containsExactly("file", deep.resolve("below.png").toString());
        assertThat(classify(deep.getParent() + "/**.png").err().strip())
                .isEqualTo("error: " + deep.resolve("loop") + ": a link to a folder that it lies in");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no[file.jpg", "{"})
    void refusesAPatternThatIsNoneInOneLine(String pattern) {
        CommandRun run = classify(pattern);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .startsWith("error: " + pattern + ": no such file, and no pattern: ");
    }

    @Test
    void takesAFileWhoseNameWouldBeNoPattern() throws IOException {
        Path file =
                Files.copy(red, Files.createDirectories(folder.resolve("odd")).resolve("no[file.png"));
        CommandRun run = classify("--csv", "--top=1", file);
        assertThat(run.err()).isEmpty();
        assertThat(run.outLines()).hasSize(2);
    }

    @Test
    void saysWhenNothingMatches() {
        CommandRun run = classify(pictures + "/*.webp");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip()).isEqualTo("error: nothing matches " + pictures + "/*.webp");
    }

    @Test
    void aFileThatIsNoPictureDoesNotStopTheOthers() {
        CommandRun run = classify("--csv", "--top=1", text, red);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.outLines()).hasSize(2);
        assertThat(run.err().lines()).singleElement().asString().startsWith("error: " + text + ": ");
    }

    @Test
    void aMissingFileIsToldBeforeTheModelIsLoaded() {
        CommandRun run = CommandRun.of("classify", "--models=" + folder.resolve("none"), "missing.jpg");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip()).isEqualTo("error: missing.jpg: no such file");
    }

    @Test
    void refusesMoreClassesThanTheModelHas() {
        CommandRun run = classify("--top=5", red);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip()).isEqualTo("error: --top must be from 1 to 4, not 5");
    }

    @Test
    void saysInOneLineThatAModelIsNotThere() {
        CommandRun run = CommandRun.of("classify", "--models=" + models, "--model=cats", red.toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .contains("no model \"cats\"")
                .contains("colours");
    }
}
