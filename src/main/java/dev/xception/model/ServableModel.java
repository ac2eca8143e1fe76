package dev.xception.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model whose files are all there.
 *
 * @param onnx the served graph
 * @param metadata what the graph's file says of itself
 */
public record ServableModel(
        ModelDescriptor descriptor, Precision precision, Path onnx, Labels labels, Map<String, String> metadata) {

    private static final int VERSION_LENGTH = 12;

    public ServableModel {
        metadata = Map.copyOf(metadata);
    }

    public String name() {
        return descriptor.name();
    }

    /** Whether the weights were learnt; otherwise they are random, and so are the answers. */
    public boolean trained() {
        return !OnnxMetadata.UNTRAINED.equals(metadata.get(OnnxMetadata.WEIGHTS));
    }

    /** {@code trained} or {@code untrained}. */
    public String weights() {
        return trained() ? "trained" : OnnxMetadata.UNTRAINED;
    }

    /** The first digits of the weights file's digest, or "untrained", or "unknown". */
    public String version() {
        if (!trained()) {
            return OnnxMetadata.UNTRAINED;
        }
        String sha256 = metadata.getOrDefault(OnnxMetadata.SOURCE_SHA256, "unknown");
        return sha256.substring(0, Math.min(VERSION_LENGTH, sha256.length()));
    }

    /**
     * The linear layer that the network ends in, read from the graph's file; null where it does not end in a global average
     * and one linear layer.
     */
    public @Nullable ClassifierHead head() {
        try {
            return ClassifierHead.read(onnx, metadata);
        } catch (IOException e) {
            throw new ModelException(onnx + ": cannot be read: " + e.getMessage());
        }
    }
}
