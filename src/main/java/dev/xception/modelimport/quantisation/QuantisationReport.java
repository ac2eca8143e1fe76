package dev.xception.modelimport.quantisation;

import java.util.List;
import java.util.Map;

/**
 * What a quantisation made.
 *
 * @param calibrationPictures how many pictures the ranges come from
 * @param agreement with the float model
 * @param floatLayers those that stayed float, the one that loses most first, and then the depthwise convolutions before them
 * @param layers signal to noise ratio at each layer's output; empty unless asked for
 * @param operators how often each operator stands in the graph that ONNX Runtime runs
 */
public record QuantisationReport(
        int calibrationPictures,
        Agreement agreement,
        List<String> floatLayers,
        List<LayerNoise> layers,
        Map<String, Integer> operators) {

    private static final List<String> FLOAT_LAYERS = List.of("Conv", "FusedConv", "Gemm", "FusedGemm");

    /** How many layers run on floats that were not chosen to. */
    public int unchosenFloatLayers() {
        int all = FLOAT_LAYERS.stream()
                .mapToInt(operator -> operators.getOrDefault(operator, 0))
                .sum();
        return Math.max(0, all - floatLayers.size());
    }
}
