package dev.xception.metrics;

import dev.xception.DocumentedTable;
import dev.xception.classification.AdmissionLimit;
import dev.xception.classification.Classifier;
import dev.xception.classification.DecodingSlots;
import dev.xception.classification.GatedClassifier;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetricsDocumentTest {

    private static final Set<String> FIXED_TAGS = Set.of("stage", "reason", "format");

    @Test
    void theTableOfMetersIsWhatTheServerRegisters() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (GatedClassifier gated = new GatedClassifier()) {
            register(new ServingMetrics(registry), gated.classifier());
        }
        Map<String, List<Meter>> byName = new TreeMap<>(registry.getMeters().stream()
                .filter(meter -> !meter.getId().getName().endsWith(".histogram"))
                .collect(Collectors.groupingBy(meter -> meter.getId().getName())));
        DocumentedTable.assertTable(
                Path.of("docs/metrics.md"),
                List.of("meter", "type", "tags", "meaning"),
                byName.entrySet().stream().map(entry -> row(entry.getKey(), entry.getValue())));
    }

    private static void register(ServingMetrics metrics, Classifier classifier) {
        metrics.observe(new AdmissionLimit(new AdmissionLimit.Bounds(1, 1), () -> Duration.ofSeconds(1)));
        metrics.observe(new DecodingSlots(1, 1, System::nanoTime));
        metrics.observe(classifier);
        metrics.classifierListener(classifier.model());
        metrics.batchListener(classifier.model());
        metrics.ready(classifier.model());
    }

    private static List<String> row(String name, List<Meter> meters) {
        Meter.Id id = meters.getFirst().getId();
        Map<String, Set<String>> tags = new TreeMap<>();
        meters.stream()
                .flatMap(meter -> meter.getId().getTags().stream())
                .forEach(tag -> tags.computeIfAbsent(tag.getKey(), key -> new TreeSet<>())
                        .add(tag.getValue()));
        return List.of(
                "`" + name + "`",
                id.getType().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                tags.entrySet().stream()
                        .map(tag -> FIXED_TAGS.contains(tag.getKey())
                                ? "`%s` (%s)".formatted(tag.getKey(), String.join(", ", tag.getValue()))
                                : "`%s`".formatted(tag.getKey()))
                        .collect(Collectors.joining(", ")),
                String.valueOf(id.getDescription()));
    }
}
