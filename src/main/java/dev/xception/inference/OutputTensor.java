package dev.xception.inference;

import java.util.Locale;

/** The outputs of a served graph; each is named in it as here, in lower case. */
public enum OutputTensor {
    /** {@code float [N, classes]}; part of every answer. */
    PROBABILITIES,
    /** {@code float [N, h, w, c]}: the last activation map. */
    FEATURES,
    /** {@code float [N, c]}: the activation map's global average. */
    EMBEDDING;

    /** The output's name in the graph. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
