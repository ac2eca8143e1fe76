package dev.xception.api;

import dev.xception.classification.Classifiers;
import java.util.Map;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.stereotype.Component;

/** The models part of {@code /actuator/info}. */
@Component
class ModelsInfoContributor implements InfoContributor {

    private final Classifiers classifiers;

    ModelsInfoContributor(Classifiers classifiers) {
        this.classifiers = classifiers;
    }

    @Override
    public void contribute(Info.Builder builder) {
        builder.withDetail(
                "models",
                classifiers.all().stream()
                        .map(classifier -> classifier.model())
                        .map(model -> Map.of(
                                "name", model.name(),
                                "version", model.version(),
                                "precision", model.precision(),
                                "weights", model.weights(),
                                "provider", model.provider()))
                        .toList());
    }
}
