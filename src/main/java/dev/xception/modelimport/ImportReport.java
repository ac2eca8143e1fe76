package dev.xception.modelimport;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What an import made.
 *
 * @param width of the pictures that the model takes, in pixels
 * @param channels 3 for RGB, 1 for grey
 * @param classes how many probabilities it gives
 * @param topologyFile what gave the topology of a file that holds weights alone; null where none did
 * @param normalization what was put before the file's own layers
 * @param hasFeatures whether it gives {@code features} and {@code embedding}
 * @param added what was put behind the file's own output, in words; null where nothing was
 */
public record ImportReport(
        String name,
        @Nullable String sourceSha256,
        int width,
        int height,
        int channels,
        int classes,
        @Nullable Path topologyFile,
        Normalization normalization,
        boolean hasFeatures,
        @Nullable String added,
        ModelSummary summary) {}
