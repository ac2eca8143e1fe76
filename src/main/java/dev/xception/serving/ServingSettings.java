package dev.xception.serving;

import dev.xception.batch.BatchPolicy;
import dev.xception.image.Filter;
import dev.xception.image.Fit;
import dev.xception.image.ImageLimits;
import dev.xception.inference.ExecutionProvider;
import dev.xception.inference.SessionConfig;
import dev.xception.model.Precision;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How models are served; where a number is 0, what suits the machine.
 *
 * @param provider the wanted execution provider
 * @param sessions sessions per model
 * @param intraOpThreads threads that share one run on the CPU
 * @param deviceId number of the GPU
 * @param maxBatchSize most pictures in one run
 * @param maxQueueDelay how long a free session waits for more pictures
 * @param queueCapacity most pictures that wait
 * @param limits what pictures are decoded
 * @param applyOrientation whether a picture is turned as its EXIF orientation says
 * @param fit overrides the model's own
 * @param filter overrides the model's own
 */
public record ServingSettings(
        ExecutionProvider provider,
        int sessions,
        int intraOpThreads,
        int deviceId,
        int maxBatchSize,
        Duration maxQueueDelay,
        int queueCapacity,
        ImageLimits limits,
        boolean applyOrientation,
        @Nullable Fit fit,
        @Nullable Filter filter) {

    private static final int CPU_BATCH = 4;
    private static final int GPU_BATCH = 32;

    /** Whether the sessions follow the load: see docs/decisions/0005-session-shape.md. */
    boolean shapeFollowsLoad(int cores) {
        return sessions == 0 && intraOpThreads == 0 && cores > 1;
    }

    int sessionCount() {
        return sessions > 0 ? sessions : 1;
    }

    /** Of sessions whose number or threads were told. */
    SessionConfig sessionConfig(int cores, Precision precision) {
        return sessionConfigOf(intraOpThreads > 0 ? intraOpThreads : Math.max(1, cores / sessionCount()), precision);
    }

    SessionConfig sessionConfigOf(int threads, Precision precision) {
        return new SessionConfig(provider, threads, true, deviceId, true, precision == Precision.INT8);
    }

    public BatchPolicy batchPolicy(ExecutionProvider served) {
        int suitable = Math.min(served.onGpu() ? GPU_BATCH : CPU_BATCH, queueCapacity);
        return new BatchPolicy(maxBatchSize > 0 ? maxBatchSize : suitable, maxQueueDelay, queueCapacity);
    }
}
