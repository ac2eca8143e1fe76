package dev.xception.model;

import java.util.Locale;

/** The number format of a served graph. Each has a file of its own in the model's folder. */
public enum Precision {
    FP32,
    FP16,
    /** Made from the float graph by calibration, not by import. */
    INT8;

    /** {@code xception.onnx}, {@code xception.fp16.onnx}, {@code xception.int8.onnx}. */
    public String fileName(String model) {
        return this == FP32 ? model + ".onnx" : model + "." + id() + ".onnx";
    }

    /** The name in settings, metadata and answers. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
