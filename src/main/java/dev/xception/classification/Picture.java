package dev.xception.classification;

import java.nio.ByteBuffer;

/**
 * What goes into a batch: one preprocessed picture and what is wanted of the graph.
 *
 * @param pixels direct, uint8 HWC of the model's input shape
 */
public record Picture(ByteBuffer pixels, Wanted wanted) {

    /** Which outputs of the graph are asked for beside the probabilities. */
    public enum Wanted {
        PROBABILITIES,
        FEATURES,
        EMBEDDING
    }
}
