package dev.xception.modelimport.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class HistogramTest {

    private static Histogram of(float... values) {
        Histogram histogram = new Histogram();
        histogram.add(FloatBuffer.wrap(values));
        return histogram;
    }

    @Test
    void keepsEveryValueInItsBinWhenItWidens() {
        Histogram histogram = of(0.001f, -0.001f, 0.7f, 0);
        double narrow = histogram.binWidth();
        histogram.add(1000);
        assertThat(histogram.binWidth()).isGreaterThan(narrow);
        assertThat(histogram.total()).isEqualTo(5);
        assertThat(histogram.count(0)).as("0, 0.001").isEqualTo(2);
        assertThat(histogram.count(-1)).as("-0.001").isEqualTo(1);
        assertThat(histogram.count((int) (0.7 / histogram.binWidth()))).isEqualTo(1);
        assertThat(histogram.count((int) (1000 / histogram.binWidth()))).isEqualTo(1);
        assertThat(histogram.min()).isEqualTo(-0.001f);
        assertThat(histogram.max()).isEqualTo(1000);
    }

    @Test
    void usesAtLeastAQuarterOfItsBinsForTheValues() {
        Histogram histogram = of(3.3f);
        assertThat(3.3 / histogram.binWidth()).isBetween(Histogram.HALF / 2.0, (double) Histogram.HALF);
    }

    @Test
    void findsQuantilesToABinsWidth() {
        Histogram histogram = new Histogram();
        for (int i = 1; i <= 10_000; i++) {
            histogram.add(i / 100f);
        }
        assertThat(histogram.quantile(0.5)).isCloseTo(50, within(histogram.binWidth()));
        assertThat(histogram.quantile(0.999)).isCloseTo(99.9, within(histogram.binWidth()));
        assertThat(histogram.quantile(1)).isEqualTo(100);
    }

    @Test
    void refusesValuesThatAreNotFinite() {
        assertThatThrownBy(() -> of(1, Float.NaN)).hasMessage("a tensor holds the value NaN");
        assertThatThrownBy(() -> of(Float.NEGATIVE_INFINITY)).hasMessage("a tensor holds the value -Infinity");
    }
}
