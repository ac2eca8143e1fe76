package dev.xception.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The one form that every served graph has: input {@code image uint8 [N, H, W, C]} with N dynamic, output
 * {@code probabilities float [N, classes]}, and optionally {@code features [N, h, w, c]} and {@code embedding [N, c]}.
 *
 * @param outputs the shape of one picture's output, without N, of each output that the graph has
 */
record GraphContract(int height, int width, int channels, Map<OutputTensor, int[]> outputs) {

    static final String INPUT = "image";

    /** Bounds one picture's tensor, so that sizes in bytes stay within an int. */
    private static final double MAX_VALUES = 1 << 28;

    /** Reads the session's form; what is off is named in the exception. */
    static GraphContract of(OrtSession session) throws OrtException {
        Map<String, NodeInfo> inputs = session.getInputInfo();
        NodeInfo input = inputs.get(INPUT);
        if (input == null || inputs.size() != 1) {
            throw new InferenceException(
                    "the graph must have the one input \"" + INPUT + "\", but has " + inputs.keySet());
        }
        int[] image = pictureShape(input, INPUT, OnnxJavaType.UINT8, 3);
        if (image[2] != 1 && image[2] != 3) {
            throw new InferenceException("input \"image\" must have 1 or 3 channels, not " + image[2]);
        }
        Map<OutputTensor, int[]> outputs = new EnumMap<>(OutputTensor.class);
        for (OutputTensor output : OutputTensor.values()) {
            NodeInfo node = session.getOutputInfo().get(output.id());
            if (node != null) {
                int rank = output == OutputTensor.FEATURES ? 3 : 1;
                outputs.put(output, pictureShape(node, output.id(), OnnxJavaType.FLOAT, rank));
            }
        }
        if (!outputs.containsKey(OutputTensor.PROBABILITIES)) {
            throw new InferenceException("the graph has no output \"probabilities\", but has "
                    + session.getOutputInfo().keySet());
        }
        return new GraphContract(image[0], image[1], image[2], outputs);
    }

    int classes() {
        return valuesPerPicture(OutputTensor.PROBABILITIES);
    }

    int bytesPerPicture() {
        return height * width * channels;
    }

    int valuesPerPicture(OutputTensor output) {
        return Arrays.stream(shapeOf(output)).reduce(1, Math::multiplyExact);
    }

    /** The input's shape for so many pictures. */
    long[] inputShape(int pictures) {
        return new long[] {pictures, height, width, channels};
    }

    /** The output's shape for so many pictures. */
    long[] outputShape(OutputTensor output, int pictures) {
        return IntStream.concat(IntStream.of(pictures), Arrays.stream(shapeOf(output)))
                .asLongStream()
                .toArray();
    }

    private int[] shapeOf(OutputTensor output) {
        int[] shape = outputs.get(output);
        if (shape == null) {
            throw new InferenceException("the graph has no output \"" + output.id() + "\"");
        }
        return shape;
    }

    private static int[] pictureShape(NodeInfo node, String name, OnnxJavaType type, int rank) {
        if (!(node.getInfo() instanceof TensorInfo tensor) || tensor.type != type) {
            throw new InferenceException("\"" + name + "\" must be a tensor of " + type + ", but is " + node.getInfo());
        }
        long[] shape = tensor.getShape();
        boolean dynamicBatch = shape.length == rank + 1 && shape[0] == -1;
        boolean fixedRest = Arrays.stream(shape).skip(1).allMatch(size -> size >= 1)
                && Arrays.stream(shape).skip(1).asDoubleStream().reduce(1, (a, b) -> a * b) <= MAX_VALUES;
        if (!dynamicBatch || !fixedRest) {
            throw new InferenceException("\"" + name + "\" must have shape [N" + ", fixed size".repeat(rank)
                    + "] with N dynamic, but has " + Arrays.toString(shape) + " (-1 is dynamic)");
        }
        return Arrays.stream(shape).skip(1).mapToInt(Math::toIntExact).toArray();
    }
}
