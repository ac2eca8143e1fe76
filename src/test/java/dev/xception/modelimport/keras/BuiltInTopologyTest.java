package dev.xception.modelimport.keras;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.modelimport.LayerSummary;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
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

    /** As Keras since 2.2 does: half of 25 is 12, half of 13 is 6. */
    @Test
    void halvesOddMapsOfMobileNetDownwards() {
        Network network = GraphAssembler.assemble(
                MobileNetTopology.model(8, 3), new RandomWeights(1), Shape.of(200, 200, 3), Scale.of(1, 0), 2);
        Map<String, String> shapes = network.summary().layers().stream()
                .collect(Collectors.toMap(LayerSummary::name, LayerSummary::outputShape));
        assertThat(shapes)
                .containsEntry("conv1", "(100, 100, 8)")
                .containsEntry("conv_dw_4", "(25, 25, 32)")
                .containsEntry("conv_dw_6", "(12, 12, 64)")
                .containsEntry("conv_dw_12", "(6, 6, 128)");
    }
}
