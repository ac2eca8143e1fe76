package dev.xception.cli;

import dev.xception.classification.Classification;
import dev.xception.classification.Prediction;
import dev.xception.classification.ServedModel;
import dev.xception.classification.SourceImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** For programs: one JSON object a line, the server's answer and the file's name. ASCII, whatever the locale. */
final class JsonLinesFormat implements ClassificationFormat {

    private final JsonMapper json = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(tools.jackson.databind.MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    private record Line(String file, Model model, Image image, List<Prediction> predictions) {}

    private record Model(String name, String version, String precision, String weights) {}

    private record Image(int width, int height, String format) {}

    @Override
    public List<String> header(ServedModel model) {
        return List.of();
    }

    @Override
    public List<String> lines(Path picture, Classification classification) {
        ServedModel model = classification.model();
        SourceImage image = classification.image();
        Line line = new Line(
                picture.toString(),
                new Model(model.name(), model.version(), model.precision(), model.weights()),
                new Image(image.width(), image.height(), image.format().name().toLowerCase(Locale.ROOT)),
                classification.predictions());
        return List.of(json.writeValueAsString(line));
    }
}
