package dev.xception.image;

/** How a picture of any shape is brought to the model's shape. */
public enum Fit {
    /** The largest centred part with the model's aspect ratio. */
    CROP,
    /** The whole picture, its aspect ratio given up. */
    SQUASH,
    /** The whole picture with its aspect ratio, centred on black. */
    PAD
}
