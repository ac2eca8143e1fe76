package dev.xception.modelimport.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Objects;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class BiasErrorsTest {

    private static double[] errors(String activation, String layer) {
        // Coarse steps, none of which is zero's: rounding shifts every product.
        ByteScale pixels = new ByteScale(9.7f, 0);
        ByteScale others = new ByteScale(20, 128);
        ByteFormats formats = new ByteFormats(
                Map.of("planes", pixels, "active", others, "first", others, "depthwise", others), WideBranches.NONE, 8);
        FloatGraph graph = new FloatGraph(SeparableNetwork.model(activation));
        return Objects.requireNonNull(
                BiasErrors.measure(graph, formats, SmallNetwork.pictures(4)).get(layer));
    }

    @Test
    void anActivationHidesNothingOfTheErrorBeforeIt() {
        double[] errors = errors("none", "first");
        assertThat(DoubleStream.of(errors).map(Math::abs).max().orElseThrow()).isGreaterThan(0.1);
        assertThat(errors("Relu", "active")).containsExactly(errors, within(1e-3));
    }
}
