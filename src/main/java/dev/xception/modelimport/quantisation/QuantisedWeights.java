package dev.xception.modelimport.quantisation;

/**
 * Weights as signed bytes around zero, with one scale for each output channel.
 *
 * @param values in the order of the float weights
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and too large to copy.
record QuantisedWeights(byte[] values, float[] scales) {

    /**
     * @param channels how many output channels
     * @param inner how many consecutive weights belong to one of them
     * @param bits 8; or 7 where the sum of two products has to fit into 16 bits
     * @param smallestScales below which a channel's scale must not fall, so that its bias fits into 32 bits
     */
    static QuantisedWeights of(float[] weights, int channels, int inner, int bits, double[] smallestScales) {
        int limit = (1 << (bits - 1)) - 1;
        float[] largest = new float[channels];
        for (int i = 0; i < weights.length; i++) {
            int channel = i / inner % channels;
            largest[channel] = Math.max(largest[channel], Math.abs(weights[i]));
        }
        float[] scales = new float[channels];
        for (int channel = 0; channel < channels; channel++) {
            double scale = Math.max((double) largest[channel] / limit, smallestScales[channel]);
            scales[channel] = scale < Float.MIN_NORMAL ? 1 : (float) scale;
        }
        byte[] values = new byte[weights.length];
        for (int i = 0; i < weights.length; i++) {
            double steps = Math.rint(weights[i] / (double) scales[i / inner % channels]);
            values[i] = (byte) Math.clamp(steps, -limit, limit);
        }
        return new QuantisedWeights(values, scales);
    }

    /** Those of a convolution of single pixels, {@code [M, K, 1, 1]}, as the matrix {@code [K, M]}. */
    QuantisedWeights inColumns() {
        int channels = scales.length;
        int inputs = values.length / channels;
        byte[] columns = new byte[values.length];
        for (int i = 0; i < columns.length; i++) {
            columns[i % inputs * channels + i / inputs] = values[i];
        }
        return new QuantisedWeights(columns, scales);
    }
}
