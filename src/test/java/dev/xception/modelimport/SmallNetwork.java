package dev.xception.modelimport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.modelimport.hdf5.Tensor;
import dev.xception.modelimport.keras.Graph;
import dev.xception.modelimport.keras.GraphAssembler;
import dev.xception.modelimport.keras.Layer;
import dev.xception.modelimport.keras.LayerConfig;
import dev.xception.modelimport.keras.LayerWeights;
import dev.xception.modelimport.keras.ModelConfig;
import dev.xception.modelimport.keras.ModelWeights;
import dev.xception.modelimport.keras.Network;
import dev.xception.modelimport.keras.Node;
import dev.xception.modelimport.keras.Scale;
import dev.xception.modelimport.keras.Shape;
import dev.xception.modelimport.keras.TopologyReader;
import dev.xception.modelimport.onnx.OnnxExport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** A network that a test writes down as Keras JSON, with random weights. */
final class SmallNetwork {

    static final int HEIGHT = 9;
    static final int WIDTH = 7;

    private final Graph graph;
    private final Path onnx;
    final OnnxExport export;

    /** @param onnx where to write the ONNX file */
    SmallNetwork(String json, Scale normalization, int kerasVersion, Path onnx) {
        this(json, normalization, kerasVersion, HeadActivation.NONE, onnx);
    }

    SmallNetwork(String json, Scale normalization, int kerasVersion, HeadActivation activation, Path onnx) {
        ModelConfig model = TopologyReader.read(json, "test");
        Shape input = Shape.of(HEIGHT, WIDTH, 3);
        Network network = GraphAssembler.assemble(model, new AnyWeights(), input, normalization, kerasVersion);
        this.graph = network.graph();
        this.onnx = onnx;
        try {
            this.export = OnnxExport.write(graph, activation, Precision.FP32, Map.of("xception.name", "test"), onnx);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Layers one after another; the first is given the picture. */
    static String sequential(String... layers) {
        String input = """
                {"class_name": "InputLayer", "config": {"name": "input", "batch_shape": [null, %d, %d, 3]}}""".formatted(HEIGHT, WIDTH);
        return """
                {"class_name": "Sequential", "config": {"name": "test", "layers": [%s, %s]}}""".formatted(input, String.join(", ", layers));
    }

    /** Layers with their {@code inbound_nodes}, in Keras 2's way; the picture is {@code input}, the output {@code output}. */
    static String functional(String... layers) {
        return """
                {"class_name": "Functional", "config": {"name": "test", "layers": [
                  {"class_name": "InputLayer", "name": "input", "inbound_nodes": [],
                   "config": {"name": "input", "batch_input_shape": [null, %d, %d, 3]}}, %s],
                 "input_layers": [["input", 0, 0]], "output_layers": [["output", 0, 0]]}}""".formatted(HEIGHT, WIDTH, String.join(", ", layers));
    }

    /** A layer for {@link #sequential}; single quotes stand for double ones. */
    static String layer(String className, String name, String settings) {
        return "{'class_name': '%s', 'config': {'name': '%s'%s}}"
                .formatted(className, name, settings.isEmpty() ? "" : ", " + settings)
                .replace('\'', '"');
    }

    /** A layer for {@link #functional}, called on the outputs of other layers. */
    static String layer(String className, String name, String settings, String... inputs) {
        String calls = Arrays.stream(inputs)
                .map("['%s', 0, 0, {}]"::formatted)
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
        return "{'class_name': '%s', 'name': '%s', 'inbound_nodes': [[%s]], 'config': {'name': '%s'%s}}"
                .formatted(className, name, calls, name, settings.isEmpty() ? "" : ", " + settings)
                .replace('\'', '"');
    }

    /** Compares what ONNX Runtime gives with what the layers are defined to give, for two different pictures in a batch. */
    void assertMatchesDefinition() {
        byte[] first = GoldenInputs.formula("hash", WIDTH, HEIGHT, 3);
        byte[] second = GoldenInputs.formula("modmix", WIDTH, HEIGHT, 3);
        byte[] both = Arrays.copyOf(first, 2 * first.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        Map<Node, double[]> firstValues = NaiveNetwork.evaluate(graph, first);
        Map<Node, double[]> secondValues = NaiveNetwork.evaluate(graph, second);
        try (TestModel model = TestModel.open(onnx)) {
            assertClose(
                    model.run("probabilities", both),
                    served(firstValues.get(graph.output())),
                    served(secondValues.get(graph.output())));
            if (export.hasFeatures()) {
                Node pooled = graph.nodes().reversed().stream()
                        .filter(node -> node.layer() instanceof Layer.GlobalPooling)
                        .findFirst()
                        .orElseThrow();
                assertClose(
                        model.run("features", both), firstValues.get(pooled.input()), secondValues.get(pooled.input()));
            }
        }
    }

    /** A single probability is served as that of two classes. */
    private static double[] served(double[] output) {
        return output.length == 1 ? new double[] {1 - output[0], output[0]} : output;
    }

    private static void assertClose(float[] actual, double[] first, double[] second) {
        double largest = Math.max(Arrays.stream(first).map(Math::abs).max().orElseThrow(), 1e-3);
        assertThat(actual).hasSize(first.length + second.length);
        for (int i = 0; i < actual.length; i++) {
            double expected = i < first.length ? first[i] : second[i - first.length];
            assertThat((double) actual[i])
                    .as("value %d", i)
                    .isBetween(expected - 2e-5 * largest, expected + 2e-5 * largest);
        }
    }

    /** Random numbers for every variable, positive where a variance wants them so. */
    static final class AnyWeights implements ModelWeights {

        private final Random random = new Random(1);

        @Override
        public LayerWeights of(LayerConfig layer) {
            return new LayerWeights() {
                @Override
                public Tensor next(String role, int... shape) {
                    float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
                    for (int i = 0; i < values.length; i++) {
                        float value = (float) random.nextGaussian(0, 0.5);
                        values[i] = role.endsWith("variance") ? value * value + 0.1f : value;
                    }
                    return new Tensor(values, shape);
                }

                @Override
                public void finish() {}
            };
        }
    }
}
