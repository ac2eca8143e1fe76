package dev.xception.api;

import dev.xception.classification.Classifier;
import dev.xception.classification.Classifier.Inference;
import dev.xception.classification.Classifiers;
import dev.xception.classification.Picture.Wanted;
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

/** {@code POST /embed}: one picture, the vector that the network makes of it before it classifies. */
@RestController
@Tag(name = "Insight")
class EmbedController {

    private static final String NPY_VALUE = "application/x-npy";
    private static final MediaType NPY = MediaType.valueOf(NPY_VALUE);
    private static final List<MediaType> OFFERED =
            List.of(MediaType.APPLICATION_JSON, MediaType.APPLICATION_OCTET_STREAM, NPY);

    private final Classifiers classifiers;
    private final RequestLimits limits;

    EmbedController(Classifiers classifiers, RequestLimits limits) {
        this.classifiers = classifiers;
        this.limits = limits;
    }

    @PostMapping(
            path = "/embed",
            consumes = {MediaType.MULTIPART_FORM_DATA_VALUE, "image/*", MediaType.APPLICATION_OCTET_STREAM_VALUE},
            produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.APPLICATION_OCTET_STREAM_VALUE, NPY_VALUE})
    @Operation(
            operationId = "embed",
            summary = "Turn one picture into a vector",
            description =
                    "The global average of the model's last activation map, for search and clustering: as JSON, as "
                            + "float32 in little-endian order, or as a NumPy file, whichever the Accept header asks for.")
    @Parameter(
            name = "normalize",
            in = ParameterIn.QUERY,
            description = "Whether the vector is scaled to Euclidean length 1, so that a dot product is the cosine.",
            schema = @Schema(type = "boolean", defaultValue = "false"))
    @ApiResponse(
            responseCode = "200",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                        schema = @Schema(implementation = EmbedResponse.class)),
                @Content(
                        mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
                        schema = @Schema(type = "string", format = "binary")),
                @Content(mediaType = NPY_VALUE, schema = @Schema(type = "string", format = "binary"))
            })
    @OneImage
    ResponseEntity<Object> embed(HttpServletRequest request) throws IOException, HttpMediaTypeNotAcceptableException {
        Query query = new Query(request);
        Classifier classifier = query.classifier(classifiers);
        Fit fit = query.fit(classifier.model().fit());
        boolean normalise = query.flag("normalize");
        MediaType type = Accepted.best(request, OFFERED);
        long deadline = classifier.deadlineAfter(query.timeout(limits.timeout()));
        classifier.model().requireEnd();

        Inference inference = classifier.infer(new Upload(request, limits, deadline), fit, Wanted.EMBEDDING, deadline);
        float[] embedding = inference.activations().embedding();
        float[] vector = normalise ? FloatVector.normalised(embedding) : embedding;
        return ResponseEntity.ok()
                .header("Server-Timing", ClassifyController.serverTiming(inference.times()))
                .contentType(type)
                .body(body(type, classifier, inference, vector));
    }

    private static Object body(MediaType type, Classifier classifier, Inference inference, float[] vector) {
        if (type.equals(NPY)) {
            return FloatVector.npy(vector);
        }
        if (type.equals(MediaType.APPLICATION_OCTET_STREAM)) {
            return FloatVector.bytes(vector);
        }
        return new EmbedResponse(
                ClassifyResponse.Model.of(classifier.model()), ClassifyResponse.Image.of(inference.image()), vector);
    }
}
