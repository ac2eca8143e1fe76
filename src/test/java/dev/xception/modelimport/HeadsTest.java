package dev.xception.modelimport;

import static dev.xception.modelimport.SmallNetwork.functional;
import static dev.xception.modelimport.SmallNetwork.layer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xception.modelimport.keras.Scale;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What gives probabilities is served as it is, whatever the last layer. */
class HeadsTest {

    private static final String FIRST =
            layer("Conv2D", "first", "'filters': 4, 'kernel_size': 3, 'activation': 'relu'", "input");
    private static final String POOL = layer("GlobalAveragePooling2D", "pool", "", "first");
    private static final String HIGHEST = layer("GlobalMaxPooling2D", "highest", "", "first");

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "3, softmax, softmax",
        "3, sigmoid, sigmoid",
        "3, hard_sigmoid, softmax",
        "1, sigmoid, sigmoid",
        "1, sigmoid, hard_sigmoid"
    })
    void takesAnAverageOfProbabilitiesAsProbabilities(int classes, String one, String other) {
        String[] layers = {
            FIRST,
            POOL,
            HIGHEST,
            dense("one", classes, one, "pool"),
            dense("other", classes, other, "highest"),
            layer("Average", "output", "", "one", "other")
        };
        assertAddsNothing(classes, layers);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void takesAHardSigmoidAsProbabilities(int classes) {
        assertAddsNothing(classes, FIRST, POOL, dense("output", classes, "hard_sigmoid", "pool"));
    }

    @ParameterizedTest
    @CsvSource({"3, softmax", "3, sigmoid", "1, sigmoid", "1, hard_sigmoid"})
    void takesTheAverageOverAMapOfProbabilitiesAsProbabilities(int classes, String activation) {
        String map = layer(
                "Conv2D",
                "map",
                "'filters': %d, 'kernel_size': 1, 'activation': '%s'".formatted(classes, activation),
                "first");
        assertAddsNothing(
                classes,
                FIRST,
                map,
                layer("AveragePooling2D", "smaller", "'pool_size': 2", "map"),
                layer("GlobalAveragePooling2D", "average", "'keepdims': true", "smaller"),
                layer("Flatten", "output", "", "average"));
    }

    @Test
    void addsASoftmaxWhereOneBranchGivesScores() {
        String[] layers = {
            FIRST,
            POOL,
            dense("one", 3, "softmax", "pool"),
            dense("other", 3, "linear", "pool"),
            layer("Average", "output", "", "one", "other")
        };
        assertThat(network(HeadActivation.AUTO, layers).export.added()).isEqualTo("softmax");
    }

    @Test
    void addsASoftmaxToWhatIsNoAverage() {
        String[] layers = {FIRST, dense("one", 3, "softmax", "first"), layer("GlobalMaxPooling2D", "output", "", "one")
        };
        assertThat(network(HeadActivation.AUTO, layers).export.added()).isEqualTo("softmax");
    }

    @Test
    void refusesAnAverageOfSoftmaxesOverOneValue() {
        String[] layers = {
            FIRST,
            POOL,
            dense("one", 1, "sigmoid", "pool"),
            dense("other", 1, "softmax", "pool"),
            layer("Average", "output", "", "one", "other")
        };
        assertThatThrownBy(() -> network(HeadActivation.AUTO, layers))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage(
                        "the model is no image classifier: its output, layer other, is a softmax over one value, which"
                                + " is 1 for every picture");
    }

    private void assertAddsNothing(int classes, String... layers) {
        for (HeadActivation activation : HeadActivation.values()) {
            SmallNetwork network = network(activation, layers);
            assertThat(network.export.added()).isEqualTo(classes == 1 ? "one probability served as two classes" : null);
            assertThat(network.export.classes()).isEqualTo(classes == 1 ? 2 : classes);
            network.assertMatchesDefinition();
        }
    }

    private static String dense(String name, int units, String activation, String input) {
        return layer("Dense", name, "'units': %d, 'activation': '%s'".formatted(units, activation), input);
    }

    private SmallNetwork network(HeadActivation activation, String... layers) {
        return new SmallNetwork(
                functional(layers), Scale.of(1 / 127.5, -1), 3, activation, folder.resolve("network.onnx"));
    }
}
