package dev.xception.modelimport.keras;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuiltInTopologyTest {

    @ParameterizedTest
    @CsvSource({"1, sigmoid", "2, softmax", "1000, softmax"})
    void endsInWhatMakesProbabilitiesOfItsScores(int classes, String activation) {
        for (ModelConfig model : List.of(XceptionTopology.model(classes), MobileNetTopology.model(32, classes))) {
            assertThat(model.layers().stream()
                            .filter(layer -> layer.settings().has("activation"))
                            .map(layer -> layer.settings().string("activation", ""))
                            .toList())
                    .endsWith(activation);
        }
    }
}
