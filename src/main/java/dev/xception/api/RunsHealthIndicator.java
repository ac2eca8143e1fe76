package dev.xception.api;

import dev.xception.classification.Classifier;
import dev.xception.classification.Classifiers;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * The part of liveness that sees the graphs run: down when the last runs of a model have all failed. So they do once a GPU is
 * lost, for as long as the process lives; a run that succeeds ends it.
 */
@Component("runs")
class RunsHealthIndicator implements HealthIndicator {

    private static final int TOO_MANY_FAILURES = 10;

    private final Classifiers classifiers;

    RunsHealthIndicator(Classifiers classifiers) {
        this.classifiers = classifiers;
    }

    @Override
    public Health health() {
        Health.Builder health = Health.up();
        for (Classifier classifier : classifiers.all()) {
            int failures = classifier.failuresInARow();
            if (failures >= TOO_MANY_FAILURES) {
                health.down().withDetail(classifier.model().name(), "the last " + failures + " runs have failed");
            }
        }
        return health.build();
    }
}
