package dev.xception.modelimport;

import static dev.xception.modelimport.SmallNetwork.functional;
import static dev.xception.modelimport.SmallNetwork.layer;
import static dev.xception.modelimport.SmallNetwork.sequential;
import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.modelimport.keras.OwnRescaling;
import dev.xception.modelimport.keras.TopologyReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnRescalingTest {

    private static final String RESCALING = layer("Rescaling", "rescaling", "'scale': 0.1");
    private static final String CONVOLUTION = layer("Conv2D", "convolution", "'filters': 3, 'kernel_size': 1");
    private static final String FLIP = layer("RandomFlip", "flip", "");
    private static final String PADDING = layer("ZeroPadding2D", "padding", "'padding': 1");

    @ParameterizedTest
    @ValueSource(strings = {"Rescaling", "Normalization"})
    void countsALayerBeforeTheFirstWeights(String className) {
        assertRescales(sequential(layer(className, "own", ""), CONVOLUTION));
        assertRescales(sequential(FLIP, PADDING, layer(className, "own", ""), CONVOLUTION));
        assertRescales(functional(
                layer("Resizing", "resizing", "", "input"),
                layer(className, "own", "", "resizing"),
                layer("Conv2D", "output", "", "own")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Rescaling", "Normalization"})
    void doesNotCountALayerBehindWeights(String className) {
        assertDoesNotRescale(sequential(CONVOLUTION, layer(className, "own", "")));
        assertDoesNotRescale(
                sequential(layer("BatchNormalization", "bn", ""), layer(className, "own", ""), CONVOLUTION));
    }

    @Test
    void countsArithmeticOnTheInput() {
        assertRescales(functional(factor("scaled", "input"), layer("Conv2D", "output", "", "scaled")));
        String subtract = """
                {"class_name": "TensorFlowOpLayer", "name": "mean", "inbound_nodes": [[["input", 0, 0, {}]]],
                 "config": {"name": "mean", "node_def": "{\\"op\\": \\"Sub\\"}", "constants": {"1": [1.0, 2.0, 3.0]}}}""";
        assertRescales(functional(subtract, layer("Conv2D", "output", "", "mean")));
    }

    @Test
    void doesNotCountTheFactorOfAResidual() {
        assertDoesNotRescale(functional(
                layer("Conv2D", "branch", "", "input"),
                factor("scaled", "branch"),
                layer("Add", "output", "", "input", "scaled")));
    }

    @Test
    void doesNotCountWhatFollowsASumOfPixelsAndFeatures() {
        assertDoesNotRescale(functional(
                layer("Conv2D", "branch", "", "input"),
                layer("Add", "sum", "", "input", "branch"),
                layer("Rescaling", "output", "'scale': 0.1", "sum")));
    }

    @Test
    void looksIntoNestedModels() {
        String after = layer("Conv2D", "output", "", "nested");
        assertRescales(functional(nested("input", FLIP, RESCALING), after));
        assertRescales(functional(nested("input", RESCALING, CONVOLUTION), after));
        assertRescales(sequential(nested("input", RESCALING), CONVOLUTION));
        assertDoesNotRescale(functional(nested("input", CONVOLUTION, RESCALING), after));
        assertDoesNotRescale(
                functional(layer("Conv2D", "first", "", "input"), nested("first", RESCALING, CONVOLUTION), after));
    }

    @Test
    void looksBehindNestedModels() {
        String rescaling = layer("Rescaling", "rescaling", "'scale': 0.1", "nested");
        String output = layer("Conv2D", "output", "", "rescaling");
        assertRescales(functional(nested("input", FLIP, PADDING), rescaling, output));
        assertDoesNotRescale(functional(nested("input", FLIP, CONVOLUTION), rescaling, output));
    }

    /** {@code x * 0.1}, as Keras 2 writes it. */
    private static String factor(String name, String input) {
        return """
                {"class_name": "TFOpLambda", "name": "%s", "config": {"name": "%s", "function": "math.multiply"},
                 "inbound_nodes": [["%s", 0, 0, {"y": 0.1, "name": null}]]}""".formatted(name, name, input);
    }

    /** A Sequential model that is called {@code nested}. */
    private static String nested(String input, String... layers) {
        return """
                {"class_name": "Sequential", "name": "nested", "inbound_nodes": [[["%s", 0, 0, {}]]],
                 "config": {"name": "nested", "layers": [%s]}}""".formatted(input, String.join(", ", layers));
    }

    private static void assertRescales(String topology) {
        assertThat(OwnRescaling.isIn(TopologyReader.read(topology, "test"))).isTrue();
    }

    private static void assertDoesNotRescale(String topology) {
        assertThat(OwnRescaling.isIn(TopologyReader.read(topology, "test"))).isFalse();
    }
}
