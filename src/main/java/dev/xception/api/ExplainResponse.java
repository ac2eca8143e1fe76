package dev.xception.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.xception.classification.ClassActivationMap;
import dev.xception.classification.Explanation;
import io.swagger.v3.oas.annotations.media.Schema;

/** Where in one picture the evidence for one class lies. */
@Schema(name = "Explanation", description = "Where in one picture the evidence for one class lies.")
@SuppressWarnings("ArrayRecordComponent") // Written as JSON, never compared.
record ExplainResponse(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) ClassifyResponse.Model model,
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) ClassifyResponse.Image image,

        @JsonProperty("class")
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "The class that is explained.")
        ClassifyResponse.ClassPrediction explained,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                description = "The class activation map: rows from the top, each from the left; 10 x 10 for Xception. "
                        + "Positive where the place speaks for the class, negative where against it. Its mean, plus the "
                        + "class's bias, is the class's logit.")
        float[][] grid,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) Range range,
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) Region region) {

    static ExplainResponse of(Explanation explanation) {
        ClassActivationMap map = explanation.map();
        float[][] grid = new float[map.height()][map.width()];
        for (int y = 0; y < map.height(); y++) {
            for (int x = 0; x < map.width(); x++) {
                grid[y][x] = map.at(x, y);
            }
        }
        return new ExplainResponse(
                ClassifyResponse.Model.of(explanation.model()),
                ClassifyResponse.Image.of(explanation.image()),
                ClassifyResponse.ClassPrediction.of(explanation.prediction()),
                grid,
                new Range(map.min(), map.max()),
                new Region(
                        explanation.region().x(),
                        explanation.region().y(),
                        explanation.region().width(),
                        explanation.region().height()));
    }

    @Schema(name = "GridRange", description = "The least and the largest number of the grid.")
    record Range(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "-3.1")
            float min,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "17.4")
            float max) {}

    @Schema(
            name = "GridRegion",
            description =
                    "The part of the picture that the grid covers, in the picture's pixels; with fit=pad it reaches "
                            + "beyond the picture.")
    record Region(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "62.0")
            double x,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "0.0")
            double y,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "375.0")
            double width,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "375.0")
            double height) {}
}
