package dev.xception.inference;

import org.jspecify.annotations.Nullable;

/**
 * What the graph says of one picture.
 *
 * @param probabilities one value per class
 * @param features the last activation map, {@code [h, w, c]} in row-major order; null when not asked for
 * @param embedding its global average, {@code [c]}; null when not asked for
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and too large to copy.
public record ModelOutput(float[] probabilities, float @Nullable [] features, float @Nullable [] embedding) {}
