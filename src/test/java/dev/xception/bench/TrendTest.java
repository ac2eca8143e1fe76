package dev.xception.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.xception.bench.Trend.Point;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrendTest {

    private static final int POINTS = 45;
    private static final int WALKS = 1000;

    private static List<Point> points(int n, IntToDoubleFunction y) {
        return IntStream.range(0, n)
                .mapToObj(i -> new Point(i, y.applyAsDouble(i)))
                .toList();
    }

    @Test
    void findsTheSlopeOfAStraightLine() {
        Trend trend = Trend.through(points(15, i -> 1 + 2 * i));
        assertThat(trend.slope()).isCloseTo(2, within(1e-12));
        assertThat(trend.standardError()).isCloseTo(0, within(1e-12));
        assertThat(trend.isDistinctFromZero()).isTrue();
    }

    /** By hand: parts of three points with slopes 1, 0, 0, 0 and 0; mean 0.2, sum of squares 0.8. */
    @Test
    void growthInOnePartOnlyIsNoTrend() {
        Trend trend = Trend.through(points(15, i -> Math.min(i, 2)));
        assertThat(trend.slope()).isCloseTo(0.2, within(1e-12));
        assertThat(trend.standardError()).isCloseTo(Math.sqrt(0.8 / 4 / 5), within(1e-12));
        assertThat(trend.isDistinctFromZero()).isFalse();
    }

    @Test
    void fewPointsAreNoTrend() {
        assertThat(Trend.through(points(14, i -> i))).isNull();
    }

    @Test
    void independentPointsHaveOneLine() {
        Trend trend = Trend.throughIndependent(points(10, i -> 3 * i));
        assertThat(trend.slope()).isCloseTo(3, within(1e-12));
        assertThat(trend.standardError()).isCloseTo(0, within(1e-12));
        assertThat(Trend.throughIndependent(points(5, i -> i))).isNull();
    }

    /** By hand: 1, 0, 0, 1, 0, 0 at 0 to 5: sxx 17.5, sxy -2, syy 4/3; residual squares 4/3 - 4/17.5. */
    @Test
    void theStandardErrorOfALineComesFromTheDistancesToIt() {
        Trend trend = Trend.throughIndependent(points(6, i -> i % 3 == 0 ? 1 : 0));
        assertThat(trend.slope()).isCloseTo(-2 / 17.5, within(1e-12));
        assertThat(trend.standardError()).isCloseTo(Math.sqrt((4 / 3.0 - 4 / 17.5) / 4 / 17.5), within(1e-12));
        assertThat(trend.isDistinctFromZero()).isFalse();
    }

    /** Ten values with a tenth of noise: steady ones are seldom a trend, and those that grow by half nearly always. */
    @Test
    void latenciesThatGrowAreTold() {
        assertThat(trendsOfIndependent(0)).isLessThan(WALKS / 20);
        assertThat(trendsOfIndependent(6)).isGreaterThan(WALKS * 98 / 100);
    }

    private static int trendsOfIndependent(double growth) {
        Random random = new Random(1);
        int trends = 0;
        for (int soak = 0; soak < WALKS; soak++) {
            double[] at = new double[10];
            for (int i = 0; i < at.length; i++) {
                at[i] = 100 + growth * i + 10 * random.nextGaussian();
            }
            if (Trend.throughIndependent(points(at.length, i -> at[i])).isDistinctFromZero()) {
                trends++;
            }
        }
        return trends;
    }

    /** 95 of 100 at least are wanted; a line through all points would call 5 of 6 of them a trend. */
    @Test
    void aWalkThatLeadsNowhereIsSeldomATrend() {
        assertThat(trends(0)).isLessThan(70);
    }

    @Test
    void aWalkThatLeadsSomewhereIsOne() {
        assertThat(trends(2)).isEqualTo(WALKS);
    }

    /** How many walks with steps of a standard deviation of 1, and of this mean, are called a trend. */
    private static int trends(double mean) {
        Random random = new Random(1);
        int trends = 0;
        for (int walk = 0; walk < WALKS; walk++) {
            double[] at = new double[POINTS];
            for (int i = 1; i < POINTS; i++) {
                at[i] = at[i - 1] + mean + random.nextGaussian();
            }
            if (Trend.through(points(POINTS, i -> at[i])).isDistinctFromZero()) {
                trends++;
            }
        }
        return trends;
    }
}
