package dev.xception.modelimport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xception.modelimport.keras.OwnRescaling;
import dev.xception.modelimport.keras.Scale;
import dev.xception.modelimport.keras.TopologyReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models as long as the limit on calls allows take seconds, in whatever order their layers stand. */
@Timeout(value = 20, threadMode = ThreadMode.SEPARATE_THREAD)
class LongModelsTest {

    private static final int MANY = 19_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsALongChainInEitherOrder(boolean backwards) {
        String topology = chain(MANY, backwards);
        assertThat(OwnRescaling.isIn(TopologyReader.read(topology, "test"))).isFalse();
        importModel(topology);
    }

    @Test
    void readsALayerThatIsCalledManyTimes() {
        StringBuilder calls = new StringBuilder("[[\"input\", 0, 0, {}]]");
        for (int call = 0; call < MANY - 1; call++) {
            calls.append(", [[\"again\", ").append(call).append(", 0, {}]]");
        }
        String again = """
                {"class_name": "Activation", "name": "again", "inbound_nodes": [%s],
                 "config": {"name": "again", "activation": "relu"}}""".formatted(calls);
        String flat = SmallNetwork.layer("Flatten", "output", "", "again")
                .replace("\"again\", 0", "\"again\", " + (MANY - 1));
        importModel(SmallNetwork.functional(again, flat));
    }

    @Test
    void refusesAModelThatIsLonger() {
        String topology = chain(20_001, true);
        assertThatThrownBy(() -> OwnRescaling.isIn(TopologyReader.read(topology, "test")))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage("the model calls more than 20000 layers");
        assertThatThrownBy(() -> importModel(topology))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage("the model calls more than 20000 layers");
    }

    /** Dropouts, the last of them {@code output}, and what makes a vector before them. */
    private static String chain(int length, boolean backwards) {
        List<String> layers = new ArrayList<>();
        layers.add(SmallNetwork.layer("Flatten", "layer0", "", "input"));
        IntStream.range(1, length)
                .mapToObj(i ->
                        SmallNetwork.layer("Dropout", i == length - 1 ? "output" : "layer" + i, "", "layer" + (i - 1)))
                .forEach(layers::add);
        return SmallNetwork.functional((backwards ? layers.reversed() : layers).toArray(String[]::new));
    }

    private void importModel(String topology) {
        new SmallNetwork(topology, Scale.of(1, 0), 2, folder.resolve("network.onnx"));
    }
}
