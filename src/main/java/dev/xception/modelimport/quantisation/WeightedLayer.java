package dev.xception.modelimport.quantisation;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;

/**
 * The constants of a convolution or dense layer.
 *
 * @param axis of the weights that counts output channels
 * @param inner how many consecutive weights belong to one output channel
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and too large to copy.
record WeightedLayer(float[] weights, float[] bias, int axis, int channels, int inner) {

    static WeightedLayer of(FloatGraph graph, NodeProto node) {
        String kernel = node.getInput(1);
        List<Long> shape = graph.constant(kernel).getDimsList();
        int axis = node.getOpType().equals("Gemm") && FloatGraph.integer(node, "transB", 0) == 0 ? 1 : 0;
        int inner = 1;
        for (int i = axis + 1; i < shape.size(); i++) {
            inner *= Math.toIntExact(shape.get(i));
        }
        int channels = Math.toIntExact(shape.get(axis));
        float[] bias = node.getInputCount() > 2 ? graph.floats(node.getInput(2)) : new float[channels];
        return new WeightedLayer(graph.floats(kernel), bias, axis, channels, inner);
    }

    /** The sum of each output channel's weights. */
    double[] sums() {
        double[] sums = new double[channels];
        for (int i = 0; i < weights.length; i++) {
            sums[i / inner % channels] += weights[i];
        }
        return sums;
    }
}
