package dev.xception.modelimport.keras;

import dev.xception.modelimport.InvalidModelException;
import dev.xception.modelimport.hdf5.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Reads the layers that are a factor and an offset per channel at inference. */
final class ScaleReader {

    /** Keras' floor under the deviation of a Normalization layer. */
    private static final double SMALLEST_DEVIATION = 1e-7;

    private ScaleReader() {}

    /** {@code gamma * (x - mean) / sqrt(variance + epsilon) + beta}. */
    static List<Layer> batchNormalization(LayerSource source) {
        Settings settings = source.settings();
        requireLastAxis(source);
        // The other modes of Keras 1 take the statistics of one example or of the batch.
        if (settings.integer("mode", 0) != 0) {
            throw settings.invalid("mode");
        }
        int channels = source.input().channels();
        float[] ones = new float[channels];
        Arrays.fill(ones, 1);
        LayerWeights weights = source.weights();
        float[] gamma =
                settings.flag("scale", true) ? weights.next("gamma", channels).values() : ones;
        float[] beta =
                settings.flag("center", true) ? weights.next("beta", channels).values() : new float[channels];
        float[] mean = weights.next("moving_mean", channels).values();
        float[] variance = weights.next("moving_variance", channels).values();
        double epsilon = settings.number("epsilon", 1e-3);
        List<Double> factors = new ArrayList<>();
        List<Double> offsets = new ArrayList<>();
        for (int c = 0; c < channels; c++) {
            double factor = gamma[c] / Math.sqrt(variance[c] + epsilon);
            factors.add(factor);
            offsets.add(beta[c] - mean[c] * factor);
        }
        return List.of(new Scale(factors, offsets));
    }

    /** {@code (x - mean) / deviation} with statistics from the settings or, adapted, from the weights. */
    static List<Layer> normalization(LayerSource source) {
        Settings settings = source.settings();
        List<Double> means;
        List<Double> variances;
        if (settings.has("mean")) {
            means = settings.numbers("mean");
            variances = settings.numbers("variance");
        } else {
            int[] shape = hasAxis(settings) ? new int[] {source.input().channels()} : new int[0];
            means = toList(source.weights().next("mean", shape));
            variances = toList(source.weights().next("variance", shape));
            source.weights().next("count");
        }
        if (hasAxis(settings)) {
            requireLastAxis(source);
        }
        List<Double> factors = new ArrayList<>();
        List<Double> offsets = new ArrayList<>();
        boolean invert = settings.flag("invert", false);
        for (int c = 0; c < Math.max(means.size(), variances.size()); c++) {
            double mean = means.get(means.size() == 1 ? 0 : c);
            double deviation = Math.max(Math.sqrt(variances.get(variances.size() == 1 ? 0 : c)), SMALLEST_DEVIATION);
            factors.add(invert ? deviation : 1 / deviation);
            offsets.add(invert ? mean : -mean / deviation);
        }
        return List.of(channelwise(source, new Scale(factors, offsets)));
    }

    /** Keras writes {@code axis=None}, one number for all values, as an empty list. */
    private static boolean hasAxis(Settings settings) {
        return settings.has("axis")
                && !(settings.get("axis").isArray() && settings.get("axis").isEmpty());
    }

    static List<Layer> rescaling(LayerSource source) {
        Settings settings = source.settings();
        List<Double> offsets = settings.has("offset") ? settings.numbers("offset") : List.of(0.0);
        return List.of(channelwise(source, new Scale(settings.numbers("scale"), offsets)));
    }

    /** Checks that the numbers are one for all or one for each channel. */
    static Scale channelwise(LayerSource source, Scale scale) {
        int channels = source.input().channels();
        for (List<Double> numbers : List.of(scale.factors(), scale.offsets())) {
            if (numbers.size() != 1 && numbers.size() != channels) {
                throw new InvalidModelException(
                        "layer " + source.name() + " has " + numbers.size() + " numbers for " + channels + " channels");
            }
        }
        return scale;
    }

    private static void requireLastAxis(LayerSource source) {
        Settings settings = source.settings();
        List<Integer> axes = settings.get("axis").isArray()
                ? settings.integers("axis")
                : Collections.singletonList(settings.integer("axis", -1));
        int axis = axes.size() == 1 ? axes.getFirst() : 0;
        if (axis != -1 && axis != source.input().rank()) {
            throw settings.invalid("axis");
        }
    }

    private static List<Double> toList(Tensor tensor) {
        List<Double> numbers = new ArrayList<>();
        for (float value : tensor.values()) {
            numbers.add((double) value);
        }
        return numbers;
    }
}
