package dev.xception.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServiceRateTest {

    private static final long MILLI = 1_000_000;

    @Test
    void expectsNothingBeforeTheFirstBatch() {
        var rate = new ServiceRate();

        assertThat(rate.nanosFor(10)).isZero();
        assertThat(rate.nanosBehind(10)).isZero();
    }

    @Test
    void countsInputsNotBatches() {
        var rate = new ServiceRate();
        rate.batchFinished(4, 200 * MILLI, 1);

        assertThat(rate.nanosFor(10)).isEqualTo(500 * MILLI);
    }

    @Test
    void addsUpTheSessions() {
        var rate = new ServiceRate();
        rate.batchFinished(1, 50 * MILLI, 2);

        assertThat(rate.nanosFor(10)).isEqualTo(250 * MILLI);
    }

    @Test
    void aNewcomerWaitsForThoseBeforeItAndThenForItsOwnRun() {
        var rate = new ServiceRate();
        rate.batchFinished(4, 200 * MILLI, 2);

        assertThat(rate.nanosBehind(10)).isEqualTo(10 * 25 * MILLI + 200 * MILLI);
    }

    @Test
    void followsAChangeOfPace() {
        var rate = new ServiceRate();
        rate.batchFinished(1, 1000 * MILLI, 1);
        for (int i = 0; i < 60; i++) {
            rate.batchFinished(1, 100 * MILLI, 1);
        }

        assertThat(rate.nanosFor(1)).isBetween(100 * MILLI, 102 * MILLI);
    }

    @Test
    void isNotMovedFarByOneOutlier() {
        var rate = new ServiceRate();
        rate.batchFinished(1, 100 * MILLI, 1);
        rate.batchFinished(1, 200 * MILLI, 1);

        assertThat(rate.nanosFor(1)).isEqualTo(110 * MILLI);
    }
}
