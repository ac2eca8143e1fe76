package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.TinyModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {

    private final List<String> settings = new ArrayList<>();

    private CommandRun serving(String... arguments) {
        return CommandRun.of(
                false,
                given -> {
                    settings.addAll(List.of(given));
                    return 0;
                },
                arguments);
    }

    @Test
    void servesWithoutACommand() {
        assertThat(serving().exitCode()).isZero();
        assertThat(settings).isEmpty();
    }

    @Test
    void takesOptionsWithoutACommandForSettingsOfTheServer() {
        assertThat(serving("--server.port=9090", "--debug").exitCode()).isZero();
        assertThat(settings).containsExactly("--server.port=9090", "--debug");
    }

    @Test
    void servesModelsByTheNamesOfTheOtherCommandsOptions() {
        assertThat(serving("serve", "--models", "here", "--model=a,b", "--x.y=z")
                        .exitCode())
                .isZero();
        assertThat(settings)
                .containsExactly("--x.y=z", "--xception.model.directory=here", "--xception.model.names=a,b");
    }

    @Test
    void leavesTheModelDirectoryToTheServerUnlessItIsNamed() {
        assertThat(serving("serve", "--x.y=z").exitCode()).isZero();
        assertThat(settings).containsExactly("--x.y=z");
    }

    @Test
    void refusesAWordAmongTheSettings() {
        CommandRun run = serving("serve", "port=9090");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("'port=9090' is no setting");
        assertThat(settings).isEmpty();
    }

    @Test
    void exitsAsTheServerThatDidNotStart() {
        assertThat(CommandRun.of(false, given -> 1, "serve").exitCode()).isEqualTo(1);
    }

    @Test
    void refusesAnUnknownCommandAndOffersTheNextBest() {
        CommandRun run = CommandRun.of("clasify", "x.jpg");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("clasify").contains("Did you mean").contains("classify");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void refusesAnUnknownOptionOfACommandInTwoLines() {
        CommandRun run = CommandRun.of("health", "--bogus");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err().lines()).hasSize(2).first().isEqualTo("error: Unknown option: '--bogus'");
    }

    @Test
    void saysWhichValuesAnOptionTakes() {
        CommandRun run = CommandRun.of("classify", "--fit", "stretch", "x.jpg");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--fit").contains("SQUASH").contains("stretch");
    }

    @Test
    void helpNamesEveryCommand() {
        CommandRun run = CommandRun.of("--help");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains(
                        "serve",
                        "import",
                        "prefetch",
                        "model",
                        "classify",
                        "explain",
                        "evaluate",
                        "preprocess",
                        "infer",
                        "health");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"serve", "import", "prefetch", "model", "classify", "explain", "evaluate", "preprocess", "infer"
            })
    void everyCommandThatNeedsModelsTakesTheirFolder(String command) {
        CommandRun run = CommandRun.of(command, "--help");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("--models=DIR");
    }

    @Test
    void prefetchMindsNoSpacesBetweenNamesAsTheServerMindsNone(@TempDir Path models) {
        TinyModel.create(models);
        CommandRun run = CommandRun.of("prefetch", "--models=" + models, " colours, colours ");
        assertThat(run.err()).isEmpty();
        assertThat(run.outLines()).hasSize(2).allMatch(line -> line.startsWith("colours "));
    }

    @Test
    void saysItsVersion() {
        assertThat(CommandRun.of("--version").out()).startsWith("xception-server ");
    }
}
