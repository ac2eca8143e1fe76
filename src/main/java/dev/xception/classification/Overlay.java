package dev.xception.classification;

/** What a heat map is laid over: the picture as the model sees it, or the whole picture. */
public enum Overlay {
    MODEL,
    ORIGINAL
}
