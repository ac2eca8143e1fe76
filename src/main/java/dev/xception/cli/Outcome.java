package dev.xception.cli;

import dev.xception.classification.Classification;
import java.nio.file.Path;

/** What became of one picture. */
sealed interface Outcome {

    /** It was classified. */
    record Classified(Path picture, Classification classification) implements Outcome {}

    /** It cannot be read as a picture; one line says which and why. */
    record Refused(String reason) implements Outcome {}
}
