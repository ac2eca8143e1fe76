package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.NeedsTestData;
import dev.xception.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Xception to bytes, whose 728 channels are filled up to 736. With two pictures: this is no measurement. */
@NeedsTestData(ReferenceQuantizeTest.XCEPTION)
class ReferenceQuantizeTest {

    static final String XCEPTION = "xception_hybrid_weights.h5";

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
                "--images=" + pictures(3),
                "--samples=2",
                "--keep-float=0",
                "--min-agreement=0");

        assertThat(quantized.err()).isEmpty();
        assertThat(quantized.out())
                .contains("calibration      2 pictures")
                .containsPattern("operators +6\\d QLinearConv")
                .doesNotContain(" Conv,");
        assertThat(folder.resolve("models/real/real.int8.onnx")).exists();
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
