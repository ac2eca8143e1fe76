package dev.xception.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.classification.Stage;
import dev.xception.classification.StageTimes;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassifyControllerTest {

    @ParameterizedTest
    @CsvSource({"0, 0.000", "5_400, 0.005", "999_600, 1.000", "12_034_567, 12.035", "1_000_000_000, 1000.000"})
    void stagesAreTimedInMillisecondsWithThreeDigits(String nanos, String millis) {
        StageTimes times = new StageTimes(Map.of(Stage.DECODE, Long.parseLong(nanos.replace("_", ""))));
        assertThat(ClassifyController.serverTiming(times)).isEqualTo("decode;dur=" + millis);
    }

    @Test
    void stagesComeInTheirOrderAndOnlyThoseThereWere() {
        StageTimes times = new StageTimes(Map.of(Stage.INFERENCE, 2_000_000L, Stage.ADMIT, 1_000_000L));
        assertThat(ClassifyController.serverTiming(times)).isEqualTo("admit;dur=1.000, inference;dur=2.000");
    }
}
