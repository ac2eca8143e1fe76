package dev.xception.serving;

import dev.xception.batch.BatchPolicy;
import dev.xception.batch.Sessions;
import dev.xception.inference.InferenceSession;
import dev.xception.model.Precision;
import dev.xception.model.ServableModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one model, all on the same provider.
 *
 * <p>On a CPU with several cores, and where nobody has told otherwise, they follow the load: one that all cores share, for
 * few pictures, and one for each core, for many. Each picture on a core of its own is what a busy machine does fastest, because
 * no core waits for another; a lone picture is sooner there with all cores.
 *
 * @param beside run at the same time as each other
 * @param alone shares all cores; null where {@code beside} is all there is
 */
public record ModelSessions(
        List<InferenceSession> beside, @Nullable InferenceSession alone) implements AutoCloseable {

    /**
     * Opens them.
     *
     * @throws dev.xception.inference.InferenceException when the file, its graph or the wanted provider cannot be used
     */
    public static ModelSessions open(ServableModel model, ServingSettings settings) {
        return open(
                model.onnx(), model.precision(), settings, Runtime.getRuntime().availableProcessors());
    }

    static ModelSessions open(Path onnx, Precision precision, ServingSettings settings, int cores) {
        if (!settings.shapeFollowsLoad(cores)) {
            return new ModelSessions(
                    InferenceSession.open(onnx, settings.sessionConfig(cores, precision), settings.sessionCount()),
                    null);
        }
        InferenceSession shared = InferenceSession.open(onnx, settings.sessionConfigOf(cores, precision));
        if (shared.provider().onGpu()) {
            return new ModelSessions(List.of(shared), null);
        }
        try {
            return new ModelSessions(
                    InferenceSession.open(
                            onnx, settings.sessionConfigOf(1, precision).withProvider(shared.provider()), cores),
                    shared);
        } catch (RuntimeException e) {
            shared.close();
            throw e;
        }
    }

    /** One that answers a lone picture. */
    public InferenceSession first() {
        return alone != null ? alone : beside.getFirst();
    }

    /** Runs those of these batch sizes that a session may be given, so that no request pays for the first run of a shape. */
    public void warmUp(int... batchSizes) {
        if (alone == null) {
            beside.forEach(session -> session.warmUp(batchSizes));
        } else {
            alone.warmUp(Arrays.stream(batchSizes)
                    .filter(size -> size < beside.size())
                    .toArray());
            beside.forEach(session -> session.warmUp(1));
        }
    }

    /** The most pictures that one run takes. */
    int mostInOneRun(BatchPolicy policy) {
        return alone == null
                ? policy.maxBatchSize()
                : Math.clamp(Sessions.many(beside.size(), policy.queueCapacity()) - 1L, 1, policy.maxBatchSize());
    }

    @Override
    public void close() {
        List<InferenceSession> all = new ArrayList<>(beside);
        if (alone != null) {
            all.add(alone);
        }
        all.forEach(InferenceSession::close);
    }
}
