package dev.xception.model;

/** What to do where no weights can be had. */
public enum WhenMissing {
    /** Stop, and say which file to put where. */
    FAIL,
    /** Serve the official Xception with seeded random weights, and say so everywhere; stop for any other model. */
    UNTRAINED
}
