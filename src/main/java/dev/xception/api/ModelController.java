package dev.xception.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.xception.classification.Classifier;
import dev.xception.classification.Classifiers;
import dev.xception.classification.ServedModel;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Locale;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /models}: what is served. */
@RestController
@Tag(name = "Models")
class ModelController {

    private final Classifiers classifiers;

    ModelController(Classifiers classifiers) {
        this.classifiers = classifiers;
    }

    /** What is served, the default model first. */
    @Schema(name = "Models")
    record ModelsResponse(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            List<ModelResponse> models) {}

    /** One served model. */
    @Schema(name = "Model", description = "A model that is loaded and warm.")
    record ModelResponse(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "xception")
            String name,

            @JsonProperty("default")
            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "Whether it answers requests that name no model.")
            boolean isDefault,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "First digits of the SHA-256 of the Keras file that the model was made from.",
                    example = "c5bf1c05b020")
            String version,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    allowableValues = {"fp32", "fp16", "int8"})
            String precision,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    allowableValues = {"trained", "untrained"})
            String weights,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "The execution provider that runs it.",
                    allowableValues = {"cpu", "cuda", "tensorrt"})
            String provider,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Number of classes.", example = "1000")
            int classes,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            Input input,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "How a picture is fitted to the input where a request does not say.",
                    allowableValues = {"crop", "squash", "pad"})
            String fit) {}

    /** The model's input. */
    @Schema(name = "ModelInput", description = "The size that every picture is brought to.")
    record Input(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Pixels.", example = "299")
            int width,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Pixels.", example = "299")
            int height,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "3 for RGB, 1 for grey.", example = "3")
            int channels) {}

    @GetMapping(path = "/models", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "listModels", summary = "List the served models")
    ModelsResponse models() {
        return new ModelsResponse(classifiers.all().stream().map(this::describe).toList());
    }

    @GetMapping(path = "/models/{name}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "getModel", summary = "Describe one served model")
    ModelResponse model(@PathVariable("name") String name) {
        return describe(classifiers.get(name));
    }

    private ModelResponse describe(Classifier classifier) {
        ServedModel model = classifier.model();
        return new ModelResponse(
                model.name(),
                classifier == classifiers.first(),
                model.version(),
                model.precision(),
                model.weights(),
                model.provider(),
                model.classes(),
                new Input(
                        model.input().width(),
                        model.input().height(),
                        model.input().channels()),
                model.fit().name().toLowerCase(Locale.ROOT));
    }
}
