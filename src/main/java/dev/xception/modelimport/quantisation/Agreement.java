package dev.xception.modelimport.quantisation;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * How alike the answers of two graphs are.
 *
 * @param pictures that both were asked about
 * @param sameTop1 for how many of them the most probable class is the same
 * @param meanAbsoluteDifference of the probabilities, over all classes and pictures
 */
public record Agreement(int pictures, int sameTop1, double meanAbsoluteDifference) {

    private static final String PROBABILITIES = "probabilities";

    /** The share of pictures with the same most probable class. */
    public double top1() {
        return (double) sameTop1 / pictures;
    }

    static Agreement of(ModelProto floats, ModelProto int8, Iterable<ByteBuffer> pictures) {
        int count = 0;
        int same = 0;
        double difference = 0;
        try (GraphSession reference = GraphSession.open(GraphSession.withOutputs(floats, List.of(PROBABILITIES)));
                GraphSession quantised = GraphSession.open(GraphSession.withOutputs(int8, List.of(PROBABILITIES)))) {
            for (ByteBuffer picture : pictures) {
                try (GraphSession.Values wanted = reference.run(picture);
                        GraphSession.Values actual = quantised.run(picture)) {
                    FloatBuffer expected = wanted.get(PROBABILITIES);
                    FloatBuffer got = actual.get(PROBABILITIES);
                    count++;
                    same += largest(expected) == largest(got) ? 1 : 0;
                    difference += meanAbsoluteDifference(expected, got);
                }
            }
        }
        return new Agreement(count, same, difference / count);
    }

    private static int largest(FloatBuffer values) {
        int largest = 0;
        for (int i = 1; i < values.remaining(); i++) {
            largest = values.get(i) > values.get(largest) ? i : largest;
        }
        return largest;
    }

    private static double meanAbsoluteDifference(FloatBuffer a, FloatBuffer b) {
        double sum = 0;
        for (int i = 0; i < a.remaining(); i++) {
            sum += Math.abs(a.get(i) - b.get(i));
        }
        return sum / a.remaining();
    }
}
