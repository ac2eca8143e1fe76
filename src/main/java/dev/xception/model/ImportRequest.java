package dev.xception.model;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A served graph to be made.
 *
 * @param weights the Keras file to import; null for seeded random weights
 * @param labelsSha256 the digest of the model's labels
 * @param onnx the file to write
 */
public record ImportRequest(
        ModelDescriptor descriptor,
        Precision precision,
        @Nullable Path weights,
        String labelsSha256,
        Path onnx) {}
