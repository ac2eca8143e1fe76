package dev.xception.classification;

import dev.xception.image.ImageFormat;

/** The decoded picture: its size in pixels as it is looked at (orientation applied) and the format it came in. */
public record SourceImage(int width, int height, ImageFormat format) {}
