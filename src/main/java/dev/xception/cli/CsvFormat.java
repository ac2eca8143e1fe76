package dev.xception.cli;

import dev.xception.classification.Classification;
import dev.xception.classification.ServedModel;
import java.nio.file.Path;
import java.util.List;

/** For spreadsheets: one row per picture and class. */
final class CsvFormat implements ClassificationFormat {

    @Override
    public List<String> header(ServedModel model) {
        return List.of(Csv.row("file", "rank", "class_index", "wordnet_id", "label", "probability"));
    }

    @Override
    public List<String> lines(Path picture, Classification classification) {
        return classification.predictions().stream()
                .map(prediction -> Csv.row(
                        picture,
                        prediction.rank(),
                        prediction.classIndex(),
                        prediction.wordnetId(),
                        prediction.label(),
                        prediction.probability()))
                .toList();
    }
}
