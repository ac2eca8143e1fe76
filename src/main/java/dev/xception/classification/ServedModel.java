package dev.xception.classification;

import dev.xception.image.Fit;
import dev.xception.image.InputShape;
import dev.xception.model.Labels;

/**
 * What a loaded model is.
 *
 * @param name what requests call it
 * @param version first digits of the digest of the Keras file that it was made from
 * @param precision {@code fp32}, {@code fp16} or {@code int8}
 * @param weights {@code trained}, or {@code untrained} for seeded random weights that classify nothing
 * @param provider the execution provider that runs it
 * @param fit how a picture is fitted to the input where a request does not say
 */
public record ServedModel(
        String name,
        String version,
        String precision,
        String weights,
        String provider,
        InputShape input,
        Labels labels,
        Fit fit) {

    /** Number of classes. */
    public int classes() {
        return labels.size();
    }
}
