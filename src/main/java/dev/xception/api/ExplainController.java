package dev.xception.api;

import dev.xception.classification.Classifier;
import dev.xception.classification.Classifiers;
import dev.xception.classification.Explainer;
import dev.xception.classification.Explanation;
import dev.xception.classification.Overlay;
import dev.xception.image.Fit;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /explain}: one picture, and where in it the evidence for a class lies. */
@RestController
@Tag(name = "Insight")
class ExplainController {

    private static final List<MediaType> OFFERED = List.of(MediaType.APPLICATION_JSON, MediaType.IMAGE_PNG);

    private final Classifiers classifiers;
    private final RequestLimits limits;
    private final AnswerLimit answers;

    ExplainController(Classifiers classifiers, RequestLimits limits, AnswerLimit answers) {
        this.classifiers = classifiers;
        this.limits = limits;
        this.answers = answers;
    }

    @PostMapping(
            path = "/explain",
            consumes = {MediaType.MULTIPART_FORM_DATA_VALUE, "image/*", MediaType.APPLICATION_OCTET_STREAM_VALUE},
            produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.IMAGE_PNG_VALUE})
    @Operation(
            operationId = "explain",
            summary = "Show where the evidence for a class lies",
            description =
                    "The class activation map of the model's last feature map, as numbers or drawn over the picture "
                            + "in the colours of viridis, from 0 (dark) to the map's largest value (yellow).")
    @Parameter(
            name = "class_index",
            in = ParameterIn.QUERY,
            description = "The class to explain. Default: the most probable one.",
            schema = @Schema(type = "integer", format = "int32", minimum = "0"))
    @Parameter(
            name = "overlay",
            in = ParameterIn.QUERY,
            description = "What a PNG shows under the map: the picture as the 'model' sees it, or the 'original', made "
                    + "smaller if its longer side has more than 1024 pixels.",
            schema =
                    @Schema(
                            allowableValues = {"model", "original"},
                            defaultValue = "model"))
    @ApiResponse(
            responseCode = "200",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                        schema = @Schema(implementation = ExplainResponse.class)),
                @Content(mediaType = MediaType.IMAGE_PNG_VALUE, schema = @Schema(type = "string", format = "binary"))
            })
    @OneImage
    ResponseEntity<Object> explain(HttpServletRequest request) throws IOException, HttpMediaTypeNotAcceptableException {
        Query query = new Query(request);
        Classifier classifier = query.classifier(classifiers);
        Integer classIndex = query.number("class_index", 0, classifier.model().classes() - 1);
        Overlay overlay = query.choice("overlay", Overlay.class, Overlay.MODEL);
        Fit fit = query.fit(classifier.model().fit());
        MediaType type = Accepted.best(request, OFFERED);
        long deadline = classifier.deadlineAfter(query.timeout(limits.timeout()));

        Explainer explainer = new Explainer(classifier);
        Upload upload = new Upload(request, limits, deadline);
        if (type.equals(MediaType.IMAGE_PNG)) {
            Explainer.Drawing drawing = explainer.draw(upload, classIndex, fit, overlay, deadline);
            answers.hold(drawing.png().length);
            return answer(drawing.explanation(), type, drawing.png());
        }
        Explanation explanation = explainer.explain(upload, classIndex, fit, deadline);
        return answer(explanation, type, ExplainResponse.of(explanation));
    }

    private static ResponseEntity<Object> answer(Explanation explanation, MediaType type, Object body) {
        return ResponseEntity.ok()
                .header("Server-Timing", ClassifyController.serverTiming(explanation.times()))
                .contentType(type)
                .body(body);
    }
}
