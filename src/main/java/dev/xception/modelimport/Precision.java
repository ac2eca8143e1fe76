package dev.xception.modelimport;

/** The number format of weights and arithmetic inside the graph; pictures stay uint8 and results float32. */
public enum Precision {
    FP32,
    FP16
}
