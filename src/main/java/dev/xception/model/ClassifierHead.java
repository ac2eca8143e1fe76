package dev.xception.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The linear layer behind the global average of the last activation map: {@code logit[c] = bias[c] + weights[c] · average}.
 *
 * @param weights one row per class, one weight per channel of the map
 * @param bias one value per class
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and too large to copy.
public record ClassifierHead(float[][] weights, float[] bias) {

    static final String KERNEL = "xception.classifier.kernel";
    static final String BIAS = "xception.classifier.bias";

    public ClassifierHead {
        if (weights.length == 0 || weights.length != bias.length) {
            throw new IllegalArgumentException(
                    "a head of %d rows of weights and %d biases".formatted(weights.length, bias.length));
        }
    }

    public int classes() {
        return weights.length;
    }

    public int channels() {
        return weights[0].length;
    }

    /**
     * The head of a graph whose file names the initializers that hold it: a dense kernel {@code [channels, classes]} or that
     * of a 1x1 convolution {@code [classes, channels, 1, 1]}, and the bias {@code [classes]}.
     *
     * @param metadata what the file says of itself
     * @return null where the network does not end so, or its head is not kept as floating point numbers
     */
    static @Nullable ClassifierHead read(Path onnx, Map<String, String> metadata) throws IOException {
        String kernelName = metadata.get(KERNEL);
        if (kernelName == null) {
            return null;
        }
        String biasName = metadata.getOrDefault(BIAS, "");
        Map<String, FloatTensor> tensors = OnnxInitializers.read(onnx, Set.of(kernelName, biasName));
        FloatTensor kernel = tensors.get(kernelName);
        if (kernel == null) {
            return null;
        }
        float[][] weights = rows(kernel);
        FloatTensor bias = tensors.get(biasName);
        return new ClassifierHead(weights, bias == null ? new float[weights.length] : bias.values());
    }

    private static float[][] rows(FloatTensor kernel) {
        boolean convolution = kernel.shape().length == 4;
        int classes = kernel.shape()[convolution ? 0 : 1];
        int channels = kernel.shape()[convolution ? 1 : 0];
        float[][] rows = new float[classes][channels];
        for (int c = 0; c < classes; c++) {
            for (int k = 0; k < channels; k++) {
                rows[c][k] = kernel.values()[convolution ? c * channels + k : k * classes + c];
            }
        }
        return rows;
    }
}
