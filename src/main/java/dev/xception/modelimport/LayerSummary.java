package dev.xception.modelimport;

/**
 * One Keras layer of a model.
 *
 * @param outputShape without the batch, as {@code (147, 147, 64)}
 * @param multiplyAdds for one picture
 */
public record LayerSummary(String name, String className, String outputShape, long parameters, long multiplyAdds) {}
