package dev.xception.modelimport;

import java.util.List;

/** What a model was trained on: the map from a pixel value {@code v} (0..255) to the network's input. */
public enum Normalization {
    /** {@code v / 127.5 - 1}: Xception, MobileNet, Inception. */
    INCEPTION,
    /** {@code (v / 255 - mean) / deviation} per channel, with ImageNet's means and deviations. */
    IMAGENET,
    /** {@code v - mean} per channel with ImageNet's means, and blue before green before red: VGG, ResNet 50. */
    CAFFE,
    /** {@code v / 255}. */
    UNIT,
    /** {@code v}: the network holds its own rescaling, or was trained on raw values. */
    NONE;

    /** What each channel is multiplied by: one number for all of them, or those of red, green and blue. */
    public List<Double> factors() {
        return switch (this) {
            case INCEPTION -> List.of(1 / 127.5);
            case IMAGENET -> List.of(1 / (255 * 0.229), 1 / (255 * 0.224), 1 / (255 * 0.225));
            case CAFFE -> List.of(1.0, 1.0, 1.0);
            case UNIT -> List.of(1 / 255.0);
            case NONE -> List.of(1.0);
        };
    }

    /** What is added afterwards; as many numbers as {@link #factors()}. */
    public List<Double> offsets() {
        return switch (this) {
            case INCEPTION -> List.of(-1.0);
            case IMAGENET -> List.of(-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225);
            case CAFFE -> List.of(-123.68, -116.779, -103.939);
            case UNIT, NONE -> List.of(0.0);
        };
    }
}
