package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.NeedsTestData;
import dev.xception.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Xception to bytes, whose 728 channels are filled up to 736. With few pictures: a guard, no measurement. */
@NeedsTestData(ReferenceQuantizeTest.XCEPTION)
class ReferenceQuantizeTest {

    static final String XCEPTION = "xception_hybrid_weights.h5";

    private static final Pattern LAYER = Pattern.compile("(?m)^ *-?[\\d.]+ dB  \\S+$");
    private static final int LAYERS = 75;
    private static final int SUMS = 12;

    @TempDir
    Path folder;

    @Test
    void xceptionComputesOnBytes() throws IOException {
        CommandRun imported = CommandRun.of(
                "import",
                TestData.require(XCEPTION).toString(),
                "--name=real",
                "--labels=imagenet",
                "--models=" + folder.resolve("models"));
        assertThat(imported.err()).isEmpty();

        CommandRun quantized = CommandRun.of(
                "quantize",
                "--models=" + folder.resolve("models"),
                "--model=real",
                "--images=" + pictures(16),
                "--samples=8",
                "--keep-float=0",
                "--layers",
                "--min-agreement=0");

        assertThat(quantized.exitCode()).as(quantized.err()).isZero();
        assertThat(quantized.err().lines()).allMatch(line -> line.startsWith("quantize real: "));
        assertThat(quantized.out())
                .contains("calibration      8 pictures")
                .containsPattern("operators +6\\d QLinearConv, .*1\\d MatMulIntegerToFloat, .*1 QGemm")
                .doesNotContain(" Conv,");
        assertThat(folder.resolve("models/real/real.int8.onnx")).exists();
        assertThat(LAYER.matcher(quantized.out()).results()).hasSize(LAYERS + SUMS);
        // Measured: 13.4 dB, and 6 of 8.
        assertThat(number("(-?[\\d.]+) dB  block13_add\\R", quantized)).isGreaterThan(11.4);
        assertThat(number("top-1 agreement +(\\d+) of 8 ", quantized)).isGreaterThanOrEqualTo(5);
    }

    private static double number(String pattern, CommandRun run) {
        Matcher matcher = Pattern.compile(pattern).matcher(run.out());
        assertThat(matcher.find()).as(run.out()).isTrue();
        return Double.parseDouble(matcher.group(1));
    }

    private Path pictures(int count) throws IOException {
        Path pictures = Files.createDirectory(folder.resolve("pictures"));
        List<Path> chosen;
        try (Stream<Path> all = Files.list(TestData.require("images"))) {
            chosen = all.filter(file -> file.toString().endsWith(".JPEG"))
                    .sorted()
                    .limit(count)
                    .toList();
        }
        for (Path file : chosen) {
            Files.copy(file, pictures.resolve(file.getFileName()));
        }
        return pictures;
    }
}
