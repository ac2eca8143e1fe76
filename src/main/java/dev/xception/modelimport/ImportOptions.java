package dev.xception.modelimport;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How to import a model.
 *
 * @param name the model's name, kept in the file
 * @param inputSize null takes it from the file
 * @param normalization null takes the file's own rescaling, and {@link Normalization#INCEPTION} where it has none
 * @param topology the Keras topology (JSON) for a file that holds only weights; null looks for one beside the file
 * @param labelsSha256 digest of the labels that belong to the model, kept in the file
 */
public record ImportOptions(
        String name,
        @Nullable InputSize inputSize,
        @Nullable Normalization normalization,
        HeadActivation activation,
        Precision precision,
        @Nullable Path topology,
        @Nullable String labelsSha256) {

    public ImportOptions {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a model needs a name");
        }
    }

    /** Everything as the file says. */
    public static ImportOptions named(String name) {
        return new ImportOptions(name, null, null, HeadActivation.AUTO, Precision.FP32, null, null);
    }

    public ImportOptions withInputSize(@Nullable InputSize inputSize) {
        return new ImportOptions(name, inputSize, normalization, activation, precision, topology, labelsSha256);
    }

    public ImportOptions withNormalization(@Nullable Normalization normalization) {
        return new ImportOptions(name, inputSize, normalization, activation, precision, topology, labelsSha256);
    }

    public ImportOptions withActivation(HeadActivation activation) {
        return new ImportOptions(name, inputSize, normalization, activation, precision, topology, labelsSha256);
    }

    public ImportOptions withPrecision(Precision precision) {
        return new ImportOptions(name, inputSize, normalization, activation, precision, topology, labelsSha256);
    }

    public ImportOptions withTopology(@Nullable Path topology) {
        return new ImportOptions(name, inputSize, normalization, activation, precision, topology, labelsSha256);
    }

    public ImportOptions withLabelsSha256(@Nullable String labelsSha256) {
        return new ImportOptions(name, inputSize, normalization, activation, precision, topology, labelsSha256);
    }
}
