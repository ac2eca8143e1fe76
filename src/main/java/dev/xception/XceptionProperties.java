package dev.xception;

import dev.xception.batch.BatchPolicy;
import dev.xception.image.Filter;
import dev.xception.image.Fit;
import dev.xception.inference.ExecutionProvider;
import dev.xception.model.Precision;
import dev.xception.model.WhenMissing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The settings of the server.
 *
 * @param model what is served
 * @param session how the graph is run
 * @param batch how requests become batches
 * @param admission how much work may be in flight
 * @param image what pictures are accepted, and how they are prepared
 * @param request what one request may ask for
 */
@ConfigurationProperties("xception")
public record XceptionProperties(
        @DefaultValue Model model,
        @DefaultValue Session session,
        @DefaultValue Batch batch,
        @DefaultValue Admission admission,
        @DefaultValue Image image,
        @DefaultValue Request request) {

    public XceptionProperties {
        require(
                batch.maxQueueDelay.compareTo(request.timeout) < 0,
                "xception.batch.max-queue-delay (%s) must be shorter than xception.request.timeout (%s)"
                        .formatted(batch.maxQueueDelay, request.timeout));
        DataSize largest = image.maxBytes.compareTo(request.maxBytes) > 0 ? image.maxBytes : request.maxBytes;
        require(
                admission.maxBytes.toBytes() == 0 || admission.maxBytes.compareTo(largest) >= 0,
                ("xception.admission.max-bytes (%s) must be 0 or at least xception.image.max-bytes (%s) and"
                                + " xception.request.max-bytes (%s), or what is larger is never admitted")
                        .formatted(admission.maxBytes, image.maxBytes, request.maxBytes));
    }

    /** Refuses a setting that could only be ignored, or would let no request succeed. */
    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    private static void requireFrom(int least, String setting, int value) {
        require(value >= least, "%s must be at least %d, not %d".formatted(setting, least, value));
    }

    /**
     * What is served.
     *
     * @param directory folder with one folder per model
     * @param names models to serve; the first answers requests that name none
     * @param whenMissing what happens at start if there are no weights and none can be had: refuse to start, or serve the
     *     official Xception with seeded random weights, and refuse for any other model
     * @param precision which of a model's graphs is served: fp32, fp16 (for GPUs) or int8 (for CPUs, made by quantize)
     * @param verifyDigest whether a weights file must have the digest that model.yaml states
     */
    public record Model(
            @DefaultValue("models") Path directory,
            @DefaultValue("xception") List<String> names,
            @DefaultValue("fail") WhenMissing whenMissing,
            @DefaultValue("fp32") Precision precision,
            @DefaultValue("true") boolean verifyDigest) {

        public Model {
            require(!names.isEmpty(), "xception.model.names must name at least one model");
            require(
                    Set.copyOf(names).size() == names.size(),
                    "xception.model.names must name each model once, not %s".formatted(String.join(", ", names)));
        }
    }

    /**
     * How the graph is run.
     *
     * @param provider execution provider: auto, cpu, cuda or tensorrt; int8 graphs run on the CPU alone
     * @param count sessions per model, each running one batch at a time; 0: what suits the machine, on a CPU as the load wants
     *     it: one that all cores share, or one for each core
     * @param intraOpThreads threads that share one run on the CPU; 0: what suits the machine
     * @param deviceId number of the GPU
     */
    public record Session(
            @DefaultValue("auto") ExecutionProvider provider,
            @DefaultValue("0") int count,
            @DefaultValue("0") int intraOpThreads,
            @DefaultValue("0") int deviceId) {

        public Session {
            requireFrom(0, "xception.session.count", count);
            requireFrom(0, "xception.session.intra-op-threads", intraOpThreads);
        }
    }

    /**
     * How requests become batches.
     *
     * @param maxBatchSize most pictures in one run; 0: what suits the provider. A session of one core takes one where sessions
     *     follow the load
     * @param maxQueueDelay how long a free session waits for more pictures, a minute at most
     * @param queueCapacity most pictures that wait for a session
     */
    public record Batch(
            @DefaultValue("0") int maxBatchSize,
            @DefaultValue("0ms") Duration maxQueueDelay,
            @DefaultValue("64") int queueCapacity) {

        public Batch {
            requireFrom(0, "xception.batch.max-batch-size", maxBatchSize);
            requireFrom(1, "xception.batch.queue-capacity", queueCapacity);
            require(
                    maxBatchSize <= queueCapacity,
                    "xception.batch.max-batch-size (%d) must not be more than xception.batch.queue-capacity (%d)"
                            .formatted(maxBatchSize, queueCapacity));
            require(
                    !maxQueueDelay.isNegative() && maxQueueDelay.compareTo(BatchPolicy.LONGEST_DELAY) <= 0,
                    "xception.batch.max-queue-delay must be from 0 to 1 minute, not %s".formatted(maxQueueDelay));
        }
    }

    /**
     * How much work may be in flight. More requests, bytes and large answers are refused with 503, more pixels wait.
     *
     * @param maxRequests requests from admission to answer; 0: no bound
     * @param maxBytes encoded bytes; 0: no bound
     * @param maxAnswerBytes bytes of large answers (heat maps, hundreds of classes) that wait for their readers; 0: no bound
     * @param maxPixels pixels of pictures that are being decoded and resized, or drawn on, as many as need the memory that decoding takes; more wait; 0: no bound
     */
    public record Admission(
            @DefaultValue("1024") int maxRequests,
            @DefaultValue("256MB") DataSize maxBytes,
            @DefaultValue("64MB") DataSize maxAnswerBytes,
            @DefaultValue("100000000") long maxPixels) {}

    /**
     * What pictures are accepted, and how they are prepared.
     *
     * @param maxBytes most encoded bytes of a picture
     * @param maxPixels most pixels of a picture
     * @param applyOrientation whether a picture is turned as its EXIF orientation says
     * @param fit how a picture is fitted to the model's input where the request does not say; without a value the model's
     *     own
     * @param filter how it is resampled; without a value the model's own
     */
    public record Image(
            @DefaultValue("20MB") DataSize maxBytes,
            @DefaultValue("50000000") long maxPixels,
            @DefaultValue("true") boolean applyOrientation,
            @Nullable Fit fit,
            @Nullable Filter filter) {

        private static final DataSize LARGEST = DataSize.ofGigabytes(1);

        public Image {
            require(
                    maxBytes.toBytes() >= 1 && maxBytes.compareTo(LARGEST) <= 0,
                    "xception.image.max-bytes must be from 1B to 1GB, not %s".formatted(maxBytes));
        }
    }

    /**
     * What one request may ask for.
     *
     * @param timeout longest time to an answer, a day at most; X-Request-Timeout may shorten it
     * @param maxBytes most bytes of a whole multipart body
     * @param maxImages most pictures of a batch
     */
    public record Request(
            @DefaultValue("10s") Duration timeout,
            @DefaultValue("64MB") DataSize maxBytes,
            @DefaultValue("32") int maxImages) {

        private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);

        public Request {
            require(
                    timeout.isPositive() && timeout.compareTo(LONGEST_TIMEOUT) <= 0,
                    "xception.request.timeout must be positive and at most a day, not %s".formatted(timeout));
            require(
                    maxBytes.toBytes() >= 1,
                    "xception.request.max-bytes must be at least 1B, not %s".formatted(maxBytes));
            requireFrom(1, "xception.request.max-images", maxImages);
        }
    }
}
