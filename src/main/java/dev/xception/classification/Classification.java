package dev.xception.classification;

import java.util.List;

/** The answer for one picture: the classes, most probable first, and what was classified by what. */
public record Classification(ServedModel model, SourceImage image, List<Prediction> predictions, StageTimes times) {

    public Classification {
        predictions = List.copyOf(predictions);
    }
}
