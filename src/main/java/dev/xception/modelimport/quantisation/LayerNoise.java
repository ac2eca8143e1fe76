package dev.xception.modelimport.quantisation;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How much of a layer's output is error.
 *
 * @param layer the name of its output
 * @param decibels signal to noise ratio over all pictures
 */
public record LayerNoise(String layer, double decibels) {

    /**
     * What reaches each layer and sum of the int8 graph, the errors of those before it included, in the float model's units.
     *
     * @param original the float model with the same tensors, before its channels were changed
     * @param units lead from the changed tensors to those
     */
    static List<LayerNoise> accumulated(
            ModelProto original, List<String> tensors, Units units, QdqWriter writer, Iterable<ByteBuffer> pictures) {
        List<SignalToNoise> ratios =
                tensors.stream().map(_ -> new SignalToNoise()).toList();
        try (GraphSession floats = GraphSession.open(GraphSession.withOutputs(original, tensors));
                GraphSession bytes = GraphSession.open(writer.write(GraphSession.floatOutputs(tensors)))) {
            for (ByteBuffer picture : pictures) {
                try (GraphSession.Values wanted = floats.run(picture);
                        GraphSession.Values actual = bytes.run(picture)) {
                    for (int i = 0; i < tensors.size(); i++) {
                        String tensor = tensors.get(i);
                        FloatBuffer values = actual.get(tensor);
                        ratios.get(i).add(wanted.get(tensor), units.original(tensor, values));
                    }
                }
            }
        }
        return named(tensors, ratios);
    }

    /** Values of a changed tensor as those of the original. */
    @FunctionalInterface
    interface Units {
        FloatBuffer original(String tensor, FloatBuffer values);
    }

    private static List<LayerNoise> named(List<String> tensors, List<SignalToNoise> ratios) {
        return IntStream.range(0, tensors.size())
                .mapToObj(i -> new LayerNoise(tensors.get(i), ratios.get(i).decibels()))
                .toList();
    }
}
