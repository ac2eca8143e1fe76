package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.modelimport.quantisation.QuantisationProgress.Step;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class QuantisationBarTest {

    private static String drawn(Consumer<QuantisationBar> steps) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        try (Progress progress = new DrawnProgress(stream, "quantize small", "", 1, 2)) {
            steps.accept(new QuantisationBar(progress));
        }
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void countsThePicturesOfEachPassThroughThem() {
        List<Path> files = List.of(Path.of("one"), Path.of("two"), Path.of("three"));
        String drawn = drawn(bar -> {
            Iterable<ByteBuffer> pictures = bar.watching(files, file -> ByteBuffer.allocate(1));
            bar.started(Step.CHOOSE_RANGES);
            assertThat(pictures).hasSize(3);
            bar.started(Step.CORRECT_BIASES);
            assertThat(pictures).hasSize(3);
        });
        assertThat(drawn).containsPattern("0/3 .* choose ranges").containsPattern("3/3 .* correct biases");
    }

    @Test
    void countsTheLayersThatAreRanked() {
        String drawn = drawn(bar -> {
            bar.started(Step.RANK_LAYERS, 1, 40);
            bar.started(Step.RANK_LAYERS, 2, 40);
        });
        assertThat(drawn).containsPattern(" 2/40 .* rank layers");
    }
}
