package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.inference.ExecutionProvider;
import dev.xception.serving.ServingSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BenchServerOptionsTest {

    private final BenchServerOptions options = new BenchServerOptions();

    @Test
    void theCeilingHasTheSettingsOfAServerThatIsStarted() {
        options.start = true;
        options.settings.put("xception.session.intraOpThreads", "3");

        ServingSettings serving = serving(Map.of(
                "XCEPTION_SESSION_COUNT", "2",
                "XCEPTION_SESSION_INTRA_OP_THREADS", "4",
                "XCEPTION_BATCH_MAX_BATCH_SIZE", "8"));

        assertThat(serving.sessions()).isEqualTo(2);
        assertThat(serving.intraOpThreads()).isEqualTo(3);
        assertThat(serving.maxBatchSize()).isEqualTo(8);
    }

    @Test
    void aServerThatRunsAlreadyHasNotInheritedThisEnvironment() {
        assertThat(serving(Map.of("XCEPTION_SESSION_COUNT", "2")).sessions()).isZero();
    }

    private ServingSettings serving(Map<String, String> inherited) {
        ModelOptions model = new ModelOptions();
        model.provider = ExecutionProvider.CPU;
        return options.serving(model, inherited);
    }
}
