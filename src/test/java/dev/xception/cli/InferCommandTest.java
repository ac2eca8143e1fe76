package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.TinyModel;
import dev.xception.inference.TinyGraph;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InferCommandTest {

    private static final int PICTURES = 9;

    @TempDir
    Path folder;

    private Path input;
    private Path output;

    /** Every byte of picture n is n. */
    @BeforeEach
    void makeModelAndInput() throws IOException {
        TinyModel.create(folder);
        byte[] pixels = new byte[PICTURES * TinyGraph.PIXELS];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i / TinyGraph.PIXELS);
        }
        input = Files.write(folder.resolve("in.bin"), pixels);
        output = folder.resolve("out.bin");
    }

    private CommandRun infer(String tensor) {
        return CommandRun.of(
                "infer",
                "--models=" + folder,
                "--model=colours",
                "--input=" + input,
                "--tensor=" + tensor,
                "--output=" + output);
    }

    private FloatBuffer written() throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(output))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
    }

    @Test
    void writesTheWantedTensorOfEveryPictureInOrder() throws IOException {
        CommandRun run = infer("embedding");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().strip()).isEqualTo(output + ": float32 [9, 3]");
        FloatBuffer values = written();
        assertThat(values.remaining()).isEqualTo(PICTURES * 3);
        for (int i = 0; i < values.remaining(); i++) {
            int picture = i / 3;
            assertThat(values.get(i)).isEqualTo(picture);
        }
    }

    @Test
    void writesActivationMapsRowByRow() throws IOException {
        CommandRun run = infer("features");
        assertThat(run.out().strip()).isEqualTo(output + ": float32 [9, 2, 2, 3]");
        assertThat(written().remaining()).isEqualTo(PICTURES * TinyGraph.PIXELS);
    }

    @Test
    void refusesAFileThatHoldsPartOfAPictureAndWritesNothing() throws IOException {
        Files.write(input, new byte[TinyGraph.PIXELS + 1]);
        CommandRun run = infer("probabilities");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .contains("13 bytes")
                .contains("2 x 2 x 3");
        assertThat(output).doesNotExist();
    }

    @Test
    void saysWhichFileCannotBeWritten() {
        output = folder.resolve("no/such/folder/out.bin");
        CommandRun run = infer("probabilities");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .contains("out.bin")
                .endsWith("no such file");
    }
}
