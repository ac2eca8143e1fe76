package dev.xception.modelimport.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ByteScaleTest {

    @Test
    void spreadsTheBytesOverTheRange() {
        ByteScale scale = ByteScale.over(new Range(-1, 3));
        assertThat(scale.scale()).isCloseTo(4 / 255f, within(1e-7f));
        assertThat(scale.zeroPoint()).isEqualTo(64);
    }

    @Test
    void alwaysHoldsZero() {
        assertThat(ByteScale.over(new Range(2, 10))).isEqualTo(new ByteScale(10 / 255f, 0));
        assertThat(ByteScale.over(new Range(-10, -2)).zeroPoint()).isEqualTo(255);
    }

    @Test
    void weightsGetOneScaleForEachOutputChannel() {
        float[] weights = {1, -0.5f, 0.001f, 0.002f};
        QuantisedWeights quantised = QuantisedWeights.of(weights, 2, 2, 8, new double[2]);
        assertThat(quantised.scales()).containsExactly(1 / 127f, 0.002f / 127);
        assertThat(quantised.values()).containsExactly(127, -64, 64, 127);
    }

    @Test
    void weightsInTheOrderOfADenseLayerToo() {
        QuantisedWeights quantised = QuantisedWeights.of(new float[] {1, 0.015f, -1, 0.02f}, 2, 1, 8, new double[2]);
        assertThat(quantised.scales()).containsExactly(1 / 127f, 0.02f / 127);
        assertThat(quantised.values()).containsExactly(127, 95, -127, 127);
    }

    @Test
    void sevenBitsKeepTheSumOfTwoProductsWithinSixteenBits() {
        QuantisedWeights quantised = QuantisedWeights.of(new float[] {1, -1}, 1, 2, 7, new double[1]);
        assertThat(quantised.values()).containsExactly(63, -63);
        assertThat(2 * 255 * 63).isLessThan(Short.MAX_VALUE);
    }

    @Test
    void aChannelOfZerosKeepsAScaleThatItsBiasFitsInto() {
        QuantisedWeights quantised = QuantisedWeights.of(new float[] {0, 0}, 2, 1, 8, new double[] {0.25, 0});
        assertThat(quantised.scales()).containsExactly(0.25f, 1);
    }
}
