package dev.xception.api;

import dev.xception.classification.Classification;
import dev.xception.classification.Classifier;
import dev.xception.classification.Classifiers;
import dev.xception.classification.Stage;
import dev.xception.classification.StageTimes;
import dev.xception.image.Fit;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.StringJoiner;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /classify}: one picture, its most probable classes. */
@RestController
@Tag(name = "Classification")
class ClassifyController {

    static final int DEFAULT_TOP = 5;

    private final Classifiers classifiers;
    private final RequestLimits limits;
    private final AnswerLimit answers;

    ClassifyController(Classifiers classifiers, RequestLimits limits, AnswerLimit answers) {
        this.classifiers = classifiers;
        this.limits = limits;
        this.answers = answers;
    }

    @PostMapping(
            path = "/classify",
            consumes = {MediaType.MULTIPART_FORM_DATA_VALUE, "image/*", MediaType.APPLICATION_OCTET_STREAM_VALUE},
            produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "classify",
            summary = "Classify one picture",
            description = "The picture is the part 'file' of a form, or the body itself. Its bytes decide its format, "
                    + "not the Content-Type.")
    @OneImage
    @Top
    ResponseEntity<ClassifyResponse> classify(HttpServletRequest request) throws IOException {
        Query query = new Query(request);
        Classifier classifier = query.classifier(classifiers);
        int top = query.number(
                "top",
                1,
                classifier.model().classes(),
                Math.min(DEFAULT_TOP, classifier.model().classes()));
        Fit fit = query.fit(classifier.model().fit());
        long deadline = classifier.deadlineAfter(query.timeout(limits.timeout()));

        Classification classification = classifier.classify(new Upload(request, limits, deadline), top, fit, deadline);
        answers.holdPredictions(top);
        return ResponseEntity.ok()
                .header("Server-Timing", serverTiming(classification.times()))
                .body(ClassifyResponse.of(classification));
    }

    /** Milliseconds per stage, in the syntax of the header {@code Server-Timing}. */
    static String serverTiming(StageTimes times) {
        StringJoiner stages = new StringJoiner(", ");
        for (Stage stage : Stage.values()) {
            Long nanos = times.nanos().get(stage);
            if (nanos != null) {
                long micros = (nanos + 500) / 1000;
                stages.add(stage.label() + ";dur=" + micros / 1000 + "."
                        + Long.toString(1000 + micros % 1000).substring(1));
            }
        }
        return stages.toString();
    }
}
