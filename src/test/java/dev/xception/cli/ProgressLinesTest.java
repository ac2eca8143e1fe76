package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressLinesTest {

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private long nanos = Long.MAX_VALUE - 5;
    private final Progress progress =
            new ProgressLines(new PrintStream(err, true, StandardCharsets.UTF_8), "quantize small", () -> nanos);

    private List<String> lines() {
        return err.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void tellsEachPartOnce() {
        progress.restart("calibrate", 1);
        progress.restart("calibrate", 8);
        progress.step();
        progress.restart("compare", 2);
        progress.restart("calibrate", 8);
        progress.close();
        assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("\r");
        assertThat(lines())
                .containsExactly("quantize small: calibrate", "quantize small: compare", "quantize small: calibrate");
    }

    @Test
    void tellsHowFarALongPartIsEveryTenSeconds() {
        progress.restart("rank layers", 40);
        for (int second = 1; second <= 25; second++) {
            nanos += Duration.ofSeconds(1).toNanos();
            progress.step();
        }
        assertThat(lines())
                .containsExactly(
                        "quantize small: rank layers",
                        "quantize small: rank layers 10/40",
                        "quantize small: rank layers 20/40");
    }
}
