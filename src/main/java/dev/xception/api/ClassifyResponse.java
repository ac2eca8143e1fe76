package dev.xception.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.xception.classification.Classification;
import dev.xception.classification.Prediction;
import dev.xception.classification.ServedModel;
import dev.xception.classification.SourceImage;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Locale;

/** The classes of one picture. */
@Schema(name = "Classification", description = "The most probable classes of one picture.")
record ClassifyResponse(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) Model model,
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) Image image,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Most probable class first.")
        List<ClassPrediction> predictions) {

    static ClassifyResponse of(Classification classification) {
        return new ClassifyResponse(
                Model.of(classification.model()),
                Image.of(classification.image()),
                classification.predictions().stream().map(ClassPrediction::of).toList());
    }

    @Schema(name = "AnsweringModel", description = "The model that answered.")
    record Model(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "xception")
            String name,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "First digits of the SHA-256 of the Keras file that the model was made from.",
                    example = "c5bf1c05b020")
            String version,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    allowableValues = {"fp32", "fp16", "int8"},
                    example = "fp32")
            String precision,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "'untrained' means seeded random weights: the answer says nothing about the picture.",
                    allowableValues = {"trained", "untrained"},
                    example = "trained")
            String weights) {

        static Model of(ServedModel model) {
            return new Model(model.name(), model.version(), model.precision(), model.weights());
        }
    }

    @Schema(name = "SourceImage", description = "The picture as it was sent, its EXIF orientation applied.")
    record Image(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Pixels.", example = "500")
            int width,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Pixels.", example = "375")
            int height,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    allowableValues = {"jpeg", "png", "gif", "bmp", "webp", "tiff"},
                    example = "jpeg")
            String format) {

        static Image of(SourceImage image) {
            return new Image(
                    image.width(), image.height(), image.format().name().toLowerCase(Locale.ROOT));
        }
    }

    @Schema(name = "Prediction", description = "One class and how probable the model finds it.")
    record ClassPrediction(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "From 1.", example = "1")
            int rank,

            @JsonProperty("class_index")
            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "Position in the model's output, from 0.",
                    example = "207")
            int classIndex,

            @JsonProperty("wordnet_id")
            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "WordNet ID; empty for labels without one.",
                    example = "n02099601")
            String wordnetId,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "golden_retriever")
            String label,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "From 0 to 1; all classes together give 1.",
                    example = "0.87")
            float probability) {

        static ClassPrediction of(Prediction prediction) {
            return new ClassPrediction(
                    prediction.rank(),
                    prediction.classIndex(),
                    prediction.wordnetId(),
                    prediction.label(),
                    prediction.probability());
        }
    }
}
