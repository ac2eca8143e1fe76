package dev.xception.classification;

import org.jspecify.annotations.Nullable;

/**
 * What the graph gave for one picture.
 *
 * @param probabilities one value per class
 * @param features the last activation map, HWC; empty unless asked for
 * @param embedding the map's average over positions; empty unless asked for
 * @param fault why they mean nothing; null where all is well
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and too large to copy
public record Activations(
        float[] probabilities,
        float[] features,
        float[] embedding,
        @Nullable String fault) {}
