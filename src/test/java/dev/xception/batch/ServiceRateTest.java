package dev.xception.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServiceRateTest {

    private static final long MILLI = 1_000_000;

    @Test
    void expectsNothingBeforeTheFirstBatch() {
        assertThat(new ServiceRate(1).timeFor(10)).isZero();
    }

    @Test
    void countsInputsNotBatches() {
        var rate = new ServiceRate(1);
        rate.batchFinished(4, 200 * MILLI);

        assertThat(rate.timeFor(10)).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void addsUpTheSessions() {
        var rate = new ServiceRate(2);
        rate.batchFinished(1, 50 * MILLI);

        assertThat(rate.timeFor(10)).isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void followsAChangeOfPace() {
        var rate = new ServiceRate(1);
        rate.batchFinished(1, 1000 * MILLI);
        for (int i = 0; i < 30; i++) {
            rate.batchFinished(1, 100 * MILLI);
        }

        assertThat(rate.timeFor(1)).isBetween(Duration.ofMillis(100), Duration.ofMillis(102));
    }

    @Test
    void isNotMovedFarByOneOutlier() {
        var rate = new ServiceRate(1);
        rate.batchFinished(1, 100 * MILLI);
        rate.batchFinished(1, 200 * MILLI);

        assertThat(rate.timeFor(1)).isEqualTo(Duration.ofMillis(120));
    }
}
