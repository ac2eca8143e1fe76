package dev.xception.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.xception.bench.Trend.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrendTest {

    @Test
    void findsTheSlopeOfAStraightLine() {
        Trend trend = Trend.through(List.of(new Point(0, 1), new Point(1, 3), new Point(2, 5), new Point(4, 9)));
        assertThat(trend.slope()).isCloseTo(2, within(1e-12));
        assertThat(trend.standardError()).isCloseTo(0, within(1e-7));
        assertThat(trend.isDistinctFromZero()).isTrue();
    }

    /** By hand: mean 1, residuals -1, 1, -1, 1 about a slope of 0.4. */
    @Test
    void aSlopeWithinItsErrorIsNoTrend() {
        Trend trend = Trend.through(List.of(new Point(0, 0), new Point(1, 2), new Point(2, 0), new Point(3, 2)));
        assertThat(trend.slope()).isCloseTo(0.4, within(1e-12));
        assertThat(trend.standardError()).isCloseTo(Math.sqrt(3.2 / 2 / 5), within(1e-12));
        assertThat(trend.isDistinctFromZero()).isFalse();
    }

    @Test
    void twoPointsAreNoTrend() {
        assertThat(Trend.through(List.of(new Point(0, 0), new Point(1, 1)))).isNull();
    }
}
