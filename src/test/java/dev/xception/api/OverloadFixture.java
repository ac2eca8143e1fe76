package dev.xception.api;

import dev.xception.classification.Classifiers;
import dev.xception.classification.GatedClassifier;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import tools.jackson.databind.json.JsonMapper;

/** What refusals are made of, without Spring. */
final class OverloadFixture {

    /** Writes problems as Spring's own mapper does. */
    static final JsonMapper JSON = JsonMapper.builder()
            .addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class)
            .build();

    private OverloadFixture() {}

    /** Whether this classifier, the only one, has room. */
    static Overload of(GatedClassifier gated) {
        StaticListableBeanFactory beans = new StaticListableBeanFactory();
        beans.addBean("classifiers", new Classifiers(List.of(gated.classifier())));
        return new Overload(
                beans.getBeanProvider(Classifiers.class), new RequestLimits(1000, 1000, 1, Duration.ofMinutes(1)));
    }
}
