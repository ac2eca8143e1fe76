package dev.xception.cli;

import dev.xception.classification.Classification;
import dev.xception.classification.ServedModel;
import java.nio.file.Path;
import java.util.List;

/** How classifications are written, as lines of text. */
interface ClassificationFormat {

    /** What comes before the first picture. */
    List<String> header(ServedModel model);

    List<String> lines(Path picture, Classification classification);
}
