package dev.xception.api;

import dev.xception.classification.Classifiers;
import dev.xception.classification.ServedModel;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** The models part of readiness: all are warm once this exists, and each says what it is. */
@Component("models")
class ModelsHealthIndicator implements HealthIndicator {

    private final Classifiers classifiers;

    ModelsHealthIndicator(Classifiers classifiers) {
        this.classifiers = classifiers;
    }

    @Override
    public Health health() {
        Health.Builder health = Health.up();
        classifiers.all().forEach(classifier -> {
            ServedModel model = classifier.model();
            health.withDetail(
                    model.name(),
                    "%s %s %s, weights %s"
                            .formatted(model.version(), model.precision(), model.provider(), model.weights()));
        });
        return health.build();
    }
}
