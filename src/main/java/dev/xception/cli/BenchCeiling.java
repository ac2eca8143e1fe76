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
import dev.xception.serving.ModelSessions;
import dev.xception.serving.ServingSettings;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The server's sessions without the server: opened as it opens them, and fed with pictures that are prepared already. */
final class BenchCeiling implements AutoCloseable {

    private final BenchedModel model;
    private final ModelSessions sessions;
    private final List<Ceiling.Way> ways;

    private BenchCeiling(BenchedModel model, ModelSessions sessions, List<Ceiling.Way> ways) {
        this.model = model;
        this.sessions = sessions;
        this.ways = ways;
    }

    static BenchCeiling open(ServableModel model, ServingSettings settings, List<byte[]> pictures) {
        ModelSessions sessions = ModelSessions.open(model, settings);
        try {
            InferenceSession first = sessions.first();
            int maxBatchSize = settings.batchPolicy(first.provider()).maxBatchSize();
            sessions.warmUp(1, maxBatchSize);
            List<ByteBuffer> prepared =
                    prepare(pictures, new InputShape(first.width(), first.height(), first.channels()));
            BenchedModel described = BenchedModel.of(model, first.provider());
            return new BenchCeiling(described, sessions, ways(sessions, maxBatchSize, prepared));
        } catch (RuntimeException e) {
            sessions.close();
            throw e;
        }
    }

    /** First single pictures as the server runs a lone one, then whatever else may be fastest. */
    private static List<Ceiling.Way> ways(ModelSessions sessions, int maxBatchSize, List<ByteBuffer> pictures) {
        Ceiling beside =
                new Ceiling(sessions.beside().stream().map(BenchCeiling::driven).toList(), pictures);
        Ceiling lone = new Ceiling(List.of(driven(sessions.first())), pictures);
        if (sessions.alone() != null) {
            return List.of(new Ceiling.Way(lone, 1), new Ceiling.Way(beside, 1));
        }
        Stream<Ceiling.Way> batches = Stream.of(1, maxBatchSize).distinct().map(size -> new Ceiling.Way(beside, size));
        boolean isAlone = sessions.beside().size() == 1;
        return (isAlone ? batches : Stream.concat(Stream.of(new Ceiling.Way(lone, 1)), batches)).toList();
    }

    private static Ceiling.Session driven(InferenceSession session) {
        return batch -> session.run(batch, Set.of());
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

    BenchedModel model() {
        return model;
    }

    List<Ceiling.Way> ways() {
        return ways;
    }

    @Override
    public void close() {
        sessions.close();
    }
}
