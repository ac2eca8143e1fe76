package dev.xception.classification;

import dev.xception.model.ClassifierHead;

/**
 * How much each place of the last activation map speaks for one class (Zhou et al., "Learning Deep Features for
 * Discriminative Localization", CVPR 2016).
 *
 * <p>Where a network ends in the average of its last map {@code f} over the {@code Z} places and one linear layer,
 *
 * <pre>    logit = b + Σ_k w_k (1/Z) Σ_xy f_k(x, y) = b + (1/Z) Σ_xy M(x, y),    M(x, y) = Σ_k w_k f_k(x, y),</pre>
 *
 * so the map's mean and the bias give the logit. Grad-CAM (Selvaraju et al., ICCV 2017) weights channel {@code k} by the mean
 * of {@code ∂logit/∂f_k(x, y)}, here {@code w_k / Z} everywhere: it is {@code ReLU(M) / Z}, the same picture once scaled.
 *
 * @param values rows from the top; negative where the place speaks against the class
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record ClassActivationMap(int width, int height, float[] values) {

    public ClassActivationMap {
        if (width < 1 || height < 1 || values.length != width * height) {
            throw new IllegalArgumentException(
                    "%d values for a map of %d x %d".formatted(values.length, width, height));
        }
    }

    /** The map of one class; {@code features} are {@code [height, width, channels]}. */
    static ClassActivationMap of(float[] features, int width, int height, ClassifierHead head, int classIndex) {
        float[] weights = head.weights()[classIndex];
        if (features.length != width * height * weights.length) {
            throw new IllegalArgumentException("%d features for a map of %d x %d and %d channels"
                    .formatted(features.length, width, height, weights.length));
        }
        float[] values = new float[width * height];
        for (int place = 0; place < values.length; place++) {
            double sum = 0;
            for (int k = 0; k < weights.length; k++) {
                sum += (double) weights[k] * features[place * weights.length + k];
            }
            values[place] = (float) sum;
        }
        return new ClassActivationMap(width, height, values);
    }

    public float at(int x, int y) {
        return values[y * width + x];
    }

    public float min() {
        float min = values[0];
        for (float value : values) {
            min = Math.min(min, value);
        }
        return min;
    }

    public float max() {
        float max = values[0];
        for (float value : values) {
            max = Math.max(max, value);
        }
        return max;
    }
}
