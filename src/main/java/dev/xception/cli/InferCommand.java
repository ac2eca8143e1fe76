package dev.xception.cli;

import dev.xception.inference.InferenceSession;
import dev.xception.inference.ModelOutput;
import dev.xception.inference.OutputTensor;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the graph alone: bytes in, floats out. */
@Command(name = "infer", description = "Run a model on preprocessed pictures: uint8 HWC in, float32 little-endian out.")
final class InferCommand implements Callable<Integer> {

    private static final int BATCH = 4;

    private final Terminal terminal;

    @Option(
            names = "--input",
            required = true,
            paramLabel = "FILE",
            description = "One or more pictures as preprocess writes them, one after another.")
    Path input;

    @Option(
            names = "--tensor",
            paramLabel = "TENSOR",
            defaultValue = "probabilities",
            description = "probabilities, features or embedding (default: ${DEFAULT-VALUE}).")
    OutputTensor tensor;

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "The file to write.")
    Path output;

    @Mixin
    ModelOptions model;

    InferCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        QuietLogging.start();
        long bytes = Files.size(input);
        try (InferenceSession session = model.open(terminal)) {
            int pictureBytes = session.width() * session.height() * session.channels();
            if (bytes == 0 || bytes % pictureBytes != 0) {
                throw new CommandException("%s has %d bytes, which is no multiple of the %d of one %d x %d x %d picture"
                        .formatted(input, bytes, pictureBytes, session.height(), session.width(), session.channels()));
            }
            long pictures = bytes / pictureBytes;
            try (InputStream in = new BufferedInputStream(Files.newInputStream(input));
                    OutputFile out = new OutputFile(output);
                    Progress progress = terminal.progress("infer", "", 1, pictures)) {
                for (long done = 0; done < pictures; ) {
                    List<ByteBuffer> batch = read(in, pictureBytes, Math.min(BATCH, pictures - done));
                    for (ModelOutput result : session.run(batch, Set.of(tensor))) {
                        out.stream().write(littleEndian(values(result)));
                    }
                    done += batch.size();
                    progress.stepTo(done);
                }
                out.commit();
            }
            terminal.print(
                    "%s: float32 %s".formatted(output, Arrays.toString(shape(pictures, session.shapeOf(tensor)))));
            return 0;
        }
    }

    private List<ByteBuffer> read(InputStream in, int pictureBytes, long count) throws IOException {
        try {
            List<ByteBuffer> batch = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                batch.add(ByteBuffer.wrap(in.readNBytes(pictureBytes)));
            }
            return batch;
        } catch (IOException e) {
            throw NamedFile.failure(input, e);
        }
    }

    private float[] values(ModelOutput result) {
        if (result.fault() != null) {
            throw new CommandException("a picture's " + result.fault());
        }
        return Objects.requireNonNull(
                switch (tensor) {
                    case PROBABILITIES -> result.probabilities();
                    case FEATURES -> result.features();
                    case EMBEDDING -> result.embedding();
                });
    }

    private static byte[] littleEndian(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    private static long[] shape(long pictures, int[] onePicture) {
        long[] shape = new long[1 + onePicture.length];
        shape[0] = pictures;
        Arrays.setAll(shape, i -> i == 0 ? pictures : onePicture[i - 1]);
        return shape;
    }
}
