package dev.xception.cli;

import dev.xception.bench.Ceiling;
import dev.xception.image.Filter;
import dev.xception.image.Fit;
import dev.xception.image.ImageDecoder;
import dev.xception.image.InputShape;
import dev.xception.image.InvalidImageException;
import dev.xception.image.Preprocessor;
import dev.xception.image.RgbImage;
import dev.xception.inference.InferenceSession;
import dev.xception.model.ServableModel;
import dev.xception.serving.ServingSettings;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The server's sessions without the server: opened as it opens them, and fed with pictures that are prepared already. */
final class BenchCeiling implements AutoCloseable {

    private final List<InferenceSession> sessions;
    private final Ceiling ceiling;
    private final int maxBatchSize;

    private BenchCeiling(List<InferenceSession> sessions, Ceiling ceiling, int maxBatchSize) {
        this.sessions = sessions;
        this.ceiling = ceiling;
        this.maxBatchSize = maxBatchSize;
    }

    static BenchCeiling open(ServableModel model, ServingSettings settings, List<byte[]> pictures) {
        int cores = Runtime.getRuntime().availableProcessors();
        List<InferenceSession> sessions =
                InferenceSession.open(model.onnx(), settings.sessionConfig(cores), settings.sessionCount());
        try {
            InferenceSession first = sessions.getFirst();
            int maxBatchSize = settings.batchPolicy(first.provider()).maxBatchSize();
            sessions.forEach(session -> session.warmUp(1, maxBatchSize));
            List<ByteBuffer> prepared =
                    prepare(pictures, new InputShape(first.width(), first.height(), first.channels()));
            Ceiling ceiling = new Ceiling(
                    sessions.stream()
                            .<Ceiling.Session>map(session -> batch -> session.run(batch, Set.of()))
                            .toList(),
                    prepared);
            return new BenchCeiling(sessions, ceiling, maxBatchSize);
        } catch (RuntimeException e) {
            sessions.forEach(InferenceSession::close);
            throw e;
        }
    }

    private static List<ByteBuffer> prepare(List<byte[]> pictures, InputShape input) {
        ImageDecoder decoder = new ImageDecoder(PictureOptions.LIMITS, true);
        Preprocessor preprocessor = new Preprocessor(input, Filter.BILINEAR);
        List<ByteBuffer> prepared = new ArrayList<>();
        for (byte[] picture : pictures) {
            ByteBuffer pixels = ByteBuffer.allocateDirect(input.bytes());
            try (RgbImage image = decoder.decode(picture)) {
                preprocessor.preprocess(image, Fit.CROP, pixels);
                prepared.add(pixels);
            } catch (InvalidImageException e) {
                // An error among the server's answers, and no input of a session.
            }
        }
        if (prepared.isEmpty()) {
            throw new CommandException("none of the pictures can be decoded");
        }
        return prepared;
    }

    Ceiling ceiling() {
        return ceiling;
    }

    /** Single pictures, and the largest batches. */
    List<Integer> batchSizes() {
        return Stream.of(1, maxBatchSize).distinct().toList();
    }

    @Override
    public void close() {
        sessions.forEach(InferenceSession::close);
    }
}
