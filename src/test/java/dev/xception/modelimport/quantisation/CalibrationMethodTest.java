package dev.xception.modelimport.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CalibrationMethodTest {

    /** A bell curve of deviation 1, and one value far outside. */
    private static Histogram bellWithOutlier(float outlier) {
        Random random = new Random(1);
        Histogram histogram = new Histogram();
        for (int i = 0; i < 100_000; i++) {
            histogram.add((float) random.nextGaussian());
        }
        histogram.add(outlier);
        return histogram;
    }

    @Test
    void minMaxKeepsTheOutlier() {
        Range range = CalibrationMethod.MINMAX.range(bellWithOutlier(50));
        assertThat(range.high()).isEqualTo(50);
        assertThat(range.low()).isBetween(-5.5, -4.0);
    }

    @Test
    void percentileKeepsAllButOneInTenThousand() {
        Range range = CalibrationMethod.PERCENTILE.range(bellWithOutlier(50));
        // 0.005 % of a normal distribution lie above 3.89.
        assertThat(range.high()).isCloseTo(3.89, within(0.2));
        assertThat(range.low()).isCloseTo(-3.89, within(0.2));
    }

    @Test
    void entropyClipsTheOutlier() {
        Range range = CalibrationMethod.ENTROPY.range(bellWithOutlier(50));
        assertThat(range.high()).isBetween(3.0, 10.0);
    }

    /** A tenth of this range has fewer bins than there are bytes, so that nothing is rounded there, but nearly all is clipped. */
    @Test
    void entropyKeepsMostOfARangeOfFewBins() {
        Random random = new Random(1);
        Histogram histogram = new Histogram();
        for (int i = 0; i < 100_000; i++) {
            histogram.add((float) Math.min(2.1, Math.abs(random.nextGaussian())));
        }
        assertThat(CalibrationMethod.ENTROPY.range(histogram).high()).isBetween(1.5, 2.2);
    }

    @Test
    void squaredErrorIsLeastWhereClippingAndRoundingBalance() {
        Histogram histogram = bellWithOutlier(50);
        Range best = CalibrationMethod.MSE.range(histogram);
        double least = ClippingSearch.squaredError(histogram, best);
        assertThat(best.high()).isLessThan(50);
        assertThat(least).isLessThan(ClippingSearch.squaredError(histogram, new Range(best.low(), 50)));
        assertThat(least).isLessThan(ClippingSearch.squaredError(histogram, new Range(-1, 1)));
    }

    @Test
    void squaredErrorOfEvenValuesIsATwelfthOfTheStepSquared() {
        Histogram histogram = new Histogram();
        for (int i = 0; i <= 100_000; i++) {
            histogram.add(i / 100_000f * 255);
        }
        assertThat(ClippingSearch.squaredError(histogram, new Range(0, 255))).isCloseTo(1 / 12.0, within(0.001));
    }

    /** Bytes mean zero exactly, and ReLU makes most values zero. */
    @Test
    void zerosHaveNoError() {
        Histogram histogram = new Histogram();
        for (int i = 0; i < 1000; i++) {
            histogram.add(0);
        }
        histogram.add(255);
        assertThat(ClippingSearch.squaredError(histogram, new Range(0, 255))).isLessThan(1e-4);
        assertThat(CalibrationMethod.MSE.range(histogram).high()).isEqualTo(255);
    }

    @Test
    void divergenceIsSmallWhereNothingIsClippedAndGrowsWithClipping() {
        Random random = new Random(1);
        Histogram histogram = new Histogram();
        for (int i = 0; i < 1_000_000; i++) {
            histogram.add(random.nextFloat());
        }
        double none = ClippingSearch.divergence(histogram, new Range(0, 1));
        assertThat(none).isLessThan(0.01);
        assertThat(ClippingSearch.divergence(histogram, new Range(0, 0.8))).isGreaterThan(0.1);
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheRangeOfReluAboveZero(CalibrationMethod method) {
        Random random = new Random(1);
        Histogram histogram = new Histogram();
        for (int i = 0; i < 10_000; i++) {
            histogram.add(Math.max(0, (float) random.nextGaussian()));
        }
        assertThat(ByteScale.over(method.range(histogram)).zeroPoint()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void takesATensorThatIsAlwaysZero(CalibrationMethod method) {
        Histogram histogram = new Histogram();
        histogram.add(0);
        assertThat(method.range(histogram)).isEqualTo(new Range(0, 0));
        assertThat(ByteScale.over(new Range(0, 0))).isEqualTo(ByteScale.IDENTITY);
    }

    @Test
    void refusesATensorThatWasNeverSeen() {
        assertThatThrownBy(() -> CalibrationMethod.MSE.range(new Histogram())).hasMessage("no values were seen");
    }
}
