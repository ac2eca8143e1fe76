package dev.xception.metrics;

import dev.xception.batch.BatchListener;
import dev.xception.classification.AdmissionLimit;
import dev.xception.classification.Classifier;
import dev.xception.classification.ClassifierListener;
import dev.xception.classification.DecodingSlots;
import dev.xception.classification.Rejection;
import dev.xception.classification.ServedModel;
import dev.xception.classification.Stage;
import dev.xception.image.ImageFormat;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * All meters of the server; their table stands in {@code docs/metrics.md}. Tags hold only names that the operator
 * chose and a few fixed words, never anything that a request can make up.
 */
public final class ServingMetrics {

    private final MeterRegistry registry;
    private final Map<String, Timer> refusals = new ConcurrentHashMap<>();

    public ServingMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Gauges of what is in flight. */
    public void observe(AdmissionLimit admission) {
        gauge(
                "xception.admission.requests",
                "Requests in flight",
                admission,
                a -> a.usage().requests());
        gauge(
                "xception.admission.bytes",
                "Encoded bytes in flight",
                admission,
                a -> a.usage().encodedBytes());
    }

    /** A gauge of what is being decoded. */
    public void observe(DecodingSlots slots) {
        gauge("xception.admission.pixels", "Decoded pixels in flight, by the thousand", slots, DecodingSlots::pixels);
    }

    private <T> void gauge(String name, String description, T observed, ToDoubleFunction<T> value) {
        Gauge.builder(name, observed, value).description(description).register(registry);
    }

    /** Gauges of a model's queue. */
    public void observe(Classifier classifier) {
        Tags tags = Tags.of("model", classifier.model().name());
        Gauge.builder("xception.queue.depth", classifier, Classifier::queueDepth)
                .description("Pictures that wait for a session, or are decoded and will")
                .tags(tags)
                .register(registry);
        Gauge.builder("xception.queue.capacity", classifier, Classifier::queueCapacity)
                .description("Most pictures that may wait or be decoded")
                .tags(tags)
                .register(registry);
    }

    /** The model is warm. */
    public void ready(ServedModel model) {
        Gauge.builder("xception.model.ready", () -> 1)
                .description("1 for a model that is loaded and warm")
                .tags("model", model.name(), "provider", model.provider())
                .tags("precision", model.precision(), "weights", model.weights())
                .register(registry);
    }

    /** Counts and times the pictures of one model. */
    public ClassifierListener classifierListener(ServedModel model) {
        Map<Stage, Timer> stages = new EnumMap<>(Stage.class);
        for (Stage stage : Stage.values()) {
            stages.put(
                    stage,
                    Timer.builder("xception.stage")
                            .description("Time that a picture spends in a stage")
                            .tags("stage", stage.label(), "model", model.name(), "provider", model.provider())
                            .publishPercentileHistogram()
                            .minimumExpectedValue(Duration.ofNanos(100_000))
                            .maximumExpectedValue(Duration.ofSeconds(10))
                            .register(registry));
        }
        Map<ImageFormat, Counter> formats = new EnumMap<>(ImageFormat.class);
        for (ImageFormat format : ImageFormat.values()) {
            formats.put(
                    format,
                    Counter.builder("xception.images")
                            .description("Pictures decoded")
                            .tags("model", model.name(), "format", format.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        Map<Rejection, Counter> rejections = new EnumMap<>(Rejection.class);
        for (Rejection rejection : Rejection.values()) {
            rejections.put(
                    rejection,
                    Counter.builder("xception.rejections")
                            .description("Pictures that got no answer")
                            .tags("model", model.name(), "reason", rejection.label())
                            .register(registry));
        }
        return new ClassifierListener() {
            @Override
            public void stagePassed(Stage stage, long nanos) {
                requireKnown(stages.get(stage)).record(nanos, TimeUnit.NANOSECONDS);
            }

            @Override
            public void decoded(ImageFormat format) {
                requireKnown(formats.get(format)).increment();
            }

            @Override
            public void rejected(Rejection reason) {
                requireKnown(rejections.get(reason)).increment();
            }
        };
    }

    /** Counts and times a POST that was answered with 503 and that Spring has not seen, as Spring counts and times the others. */
    public void refused(String path, long nanos) {
        refusals.computeIfAbsent(path, this::refusalTimer).record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer refusalTimer(String path) {
        return registry.timer(
                "http.server.requests",
                Tags.of("error", "none", "exception", "none", "method", "POST")
                        .and("outcome", "SERVER_ERROR", "status", "503", "uri", path));
    }

    /** Records the batches of one model. */
    public BatchListener batchListener(ServedModel model) {
        DistributionSummary size = DistributionSummary.builder("xception.batch.size")
                .description("Pictures in a run of the graph")
                .tags("model", model.name(), "provider", model.provider())
                .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128)
                .register(registry);
        return new BatchListener() {
            @Override
            public void batchFormed(long[] queueNanos) {
                size.record(queueNanos.length);
            }
        };
    }

    private static <T> T requireKnown(@Nullable T meter) {
        return Objects.requireNonNull(meter);
    }
}
