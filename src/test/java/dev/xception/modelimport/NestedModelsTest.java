package dev.xception.modelimport;

import static dev.xception.modelimport.SmallNetwork.HEIGHT;
import static dev.xception.modelimport.SmallNetwork.WIDTH;
import static dev.xception.modelimport.SmallNetwork.functional;
import static dev.xception.modelimport.SmallNetwork.layer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xception.modelimport.keras.OwnRescaling;
import dev.xception.modelimport.keras.Scale;
import dev.xception.modelimport.keras.TopologyReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models within models, as each Keras numbers their calls. */
class NestedModelsTest {

    private static final String CONVOLUTION =
            layer("Conv2D", "inner", "'filters': 3, 'kernel_size': 2, 'activation': 'relu'", "inner_input");

    private static final String KERAS_2_TRAINING = "[[\"input\", 0, 0, {\"training\": true}]]";
    private static final String KERAS_3_TRAINING =
            "{\"args\": [{\"class_name\": \"__keras_tensor__\", \"config\": {\"keras_history\": [\"input\", 0, 0]}}],"
                    + " \"kwargs\": {\"training\": true}}";

    @TempDir
    Path folder;

    /** Transfer learning: {@code base(inputs, training=False)}, pooling, a new dense layer. */
    @ParameterizedTest
    @CsvSource({"Functional, 1", "Functional, 0", "Model, 1", "Sequential, 1", "Sequential, 0"})
    void followsACallOfANestedModelInKeras2(String className, int number) {
        String pool =
                replaced(layer("GlobalAveragePooling2D", "pool", "", "base"), "\"base\", 0", "\"base\", " + number);
        check(functional(
                base(className, "[[\"input\", 0, 0, {\"training\": false}]]"),
                pool,
                layer("Dense", "output", "'units': 3", "pool")));
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "0, 1"})
    void followsTwoCallsOfANestedModelInKeras2(int first, int second) {
        String calls = "[[\"input\", 0, 0, {}]], [[\"base\", %d, 0, {}]]".formatted(first);
        String join =
                replaced(layer("Concatenate", "join", "", "first", "second"), "\"second\", 0", "\"base\", " + second);
        check(functional(
                base("Functional", calls),
                replaced(
                        layer("Cropping2D", "first", "'cropping': [[0, 1], [0, 1]]", "base"),
                        "\"base\", 0",
                        "\"base\", " + first),
                join,
                layer("GlobalAveragePooling2D", "pool", "", "join"),
                layer("Dense", "output", "'units': 3", "pool")));
    }

    @Test
    void takesTheOutputFromANestedModelOfKeras2() {
        check(replaced(
                functional(classifier("Functional", "[[\"input\", 0, 0, {}]]")), "\"output\", 0, 0", "\"base\", 1, 0"));
    }

    @Test
    void findsTheRescalingBehindANestedModelOfKeras2() {
        String flips = """
                {"class_name": "Sequential", "name": "base", "inbound_nodes": [[["input", 0, 0, {}]]],
                 "config": {"name": "base", "layers": [%s]}}""".formatted(layer("RandomFlip", "flip", ""));
        String rescaling =
                replaced(layer("Rescaling", "rescaling", "'scale': 0.1", "base"), "\"base\", 0", "\"base\", 1");
        String topology = functional(flips, rescaling, layer("Conv2D", "output", "", "rescaling"));
        assertThat(OwnRescaling.isIn(TopologyReader.read(topology, "test"))).isTrue();
    }

    /** Keras 3 numbers the calls of a Functional from 1 where it names the outputs, those of a Sequential from 0. */
    @ParameterizedTest
    @CsvSource({"Functional, 1", "Sequential, 0"})
    void takesTheOutputFromANestedModelOfKeras3(String className, int number) {
        check(replaced(
                functional(classifier(className, keras3Call("input", 0))),
                "\"output\", 0, 0",
                "\"base\", " + number + ", 0"));
    }

    @ParameterizedTest
    @CsvSource({"Functional, 2", "Sequential, 1"})
    void takesTheOutputFromTheSecondCallOfANestedModelOfKeras3(String className, int number) {
        String position = replaced(
                layer("Reshape", "position", "'target_shape': [1, 1, 3]"),
                "{\"class_name\"",
                "{\"name\": \"position\", \"inbound_nodes\": [" + keras3Call("base", 0) + "], \"class_name\"");
        String both = """
                {"class_name": "Add", "name": "both", "config": {"name": "both"}, "inbound_nodes": [{"args": [[%s, %s]], "kwargs": {}}]}""".formatted(keras3Tensor("input", 0), keras3Tensor("position", 0));
        check(replaced(
                functional(
                        classifier(className, keras3Call("input", 0) + ", " + keras3Call("both", 0)), position, both),
                "\"output\", 0, 0",
                "\"base\", " + number + ", 0"));
    }

    @Test
    void refusesAReferenceToACallThatIsNotThere() {
        String pool = replaced(layer("GlobalAveragePooling2D", "pool", "", "base"), "\"base\", 0", "\"base\", 2");
        String topology = functional(
                base("Functional", "[[\"input\", 0, 0, {}]]"), pool, layer("Dense", "output", "'units': 3", "pool"));
        assertThatThrownBy(() -> check(topology))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage("the output output of test is not connected to the input");
    }

    /** Its batch norm would take the statistics of the batch. */
    @ParameterizedTest
    @ValueSource(strings = {KERAS_2_TRAINING, KERAS_3_TRAINING})
    void refusesAModelThatIsCalledInTraining(String call) {
        String topology = functional(
                nested("Functional", call, "norm", CONVOLUTION, layer("BatchNormalization", "norm", "", "inner")),
                layer("Flatten", "flat", "", "base"),
                layer("Dense", "output", "'units': 3", "flat"));
        assertThatThrownBy(() -> check(topology))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage("layer base is called with training=True, which is not supported");
    }

    @ParameterizedTest
    @ValueSource(strings = {KERAS_2_TRAINING, KERAS_3_TRAINING})
    void takesAModelThatTrainingWouldNotChange(String call) {
        String norm = layer("BatchNormalization", "norm", "'trainable': false", "inner");
        check(functional(
                nested("Functional", call, "norm", CONVOLUTION, norm),
                layer("Flatten", "flat", "", "base"),
                layer("Dense", "output", "'units': 3", "flat")));
    }

    /** A convolution called {@code base}. */
    private static String base(String className, String calls) {
        return nested(className, calls, "inner", CONVOLUTION);
    }

    /** A classifier of three classes called {@code base}. */
    private static String classifier(String className, String calls) {
        return nested(
                className,
                calls,
                "scores",
                CONVOLUTION,
                layer("GlobalAveragePooling2D", "inner_pool", "", "inner"),
                layer("Dense", "scores", "'units': 3", "inner_pool"));
    }

    private static String nested(String className, String calls, String output, String... layers) {
        return """
                {"class_name": "%s", "name": "base", "inbound_nodes": [%s], "config": {"name": "base", "layers": [
                  {"class_name": "InputLayer", "name": "inner_input", "inbound_nodes": [],
                   "config": {"name": "inner_input", "batch_input_shape": [null, %d, %d, 3]}}, %s],
                 "input_layers": [["inner_input", 0, 0]], "output_layers": [["%s", 0, 0]]}}""".formatted(className, calls, HEIGHT, WIDTH, String.join(", ", layers), output);
    }

    private static String keras3Call(String layer, int call) {
        return "{\"args\": [%s], \"kwargs\": {\"training\": false}}".formatted(keras3Tensor(layer, call));
    }

    private static String keras3Tensor(String layer, int call) {
        return "{\"class_name\": \"__keras_tensor__\", \"config\": {\"keras_history\": [\"%s\", %d, 0]}}"
                .formatted(layer, call);
    }

    private static String replaced(String json, String old, String changed) {
        assertThat(json).contains(old);
        return json.replace(old, changed);
    }

    private void check(String json) {
        new SmallNetwork(json, Scale.of(1 / 127.5, -1), 2, folder.resolve("network.onnx")).assertMatchesDefinition();
    }
}
