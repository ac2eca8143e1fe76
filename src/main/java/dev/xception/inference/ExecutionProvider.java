package dev.xception.inference;

import java.util.Locale;

/** What runs the graph. {@link #AUTO} is a wish only: an open session names the provider that it got. */
public enum ExecutionProvider {
    /** CUDA where a device and the CUDA build of ONNX Runtime are there, else the CPU; for int8 always the CPU. */
    AUTO,
    CPU,
    CUDA,
    TENSORRT;

    /** Whether pictures cross to a GPU. */
    public boolean onGpu() {
        return this == CUDA || this == TENSORRT;
    }

    /** The name in settings, metrics and answers: {@code auto}, {@code cpu}, {@code cuda}, {@code tensorrt}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
