package dev.xception.modelimport.quantisation;

import java.util.Map;

/**
 * How the tensors and layers of a graph are put into bytes.
 *
 * @param scales of the tensors
 * @param wide of which one byte says too little
 * @param biasErrors what rounding adds to each channel of a layer on average, to be taken off its bias
 * @param weightBits 7 or 8
 */
record ByteFormats(Map<String, ByteScale> scales, WideBranches wide, Map<String, double[]> biasErrors, int weightBits) {

    ByteFormats(Map<String, ByteScale> scales, WideBranches wide, int weightBits) {
        this(scales, wide, Map.of(), weightBits);
    }

    ByteFormats withBiasErrors(Map<String, double[]> errors) {
        return new ByteFormats(scales, wide, errors, weightBits);
    }

    ByteScale scale(String tensor) {
        ByteScale scale = scales.get(tensor);
        if (scale == null) {
            throw new IllegalArgumentException("nothing was measured for " + tensor);
        }
        return scale;
    }

    /** Takes a layer's average error off its bias. */
    void correct(String layer, float[] bias) {
        double[] errors = biasErrors.get(layer);
        if (errors != null) {
            for (int channel = 0; channel < bias.length; channel++) {
                bias[channel] -= (float) errors[channel];
            }
        }
    }
}
