package dev.xception.classification;

import java.util.Locale;

/** The stages of a request, in the order in which a picture passes them. */
public enum Stage {
    ADMIT,
    DECODE,
    PREPROCESS,
    /** All waiting: for a session, and for a core to decode or to draw on. */
    QUEUE,
    INFERENCE;

    /** As it stands in {@code Server-Timing} and in the tags of metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
