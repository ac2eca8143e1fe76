package dev.xception.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.HdrHistogram.Histogram;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    private static final Percentage HISTOGRAM = Percentage.withPercentage(0.2);

    @Test
    void percentilesAreTheValuesThatSoManyDoNotExceed() {
        Histogram histogram = Latencies.concurrentHistogram();
        for (int millis = 1; millis <= 1000; millis++) {
            histogram.recordValue(millis * 1_000_000L);
        }
        Latencies latencies = Latencies.of(histogram);
        assertThat(latencies.count()).isEqualTo(1000);
        assertThat(latencies.mean()).isCloseTo(500.5, HISTOGRAM);
        assertThat(latencies.p50()).isCloseTo(500, HISTOGRAM);
        assertThat(latencies.p90()).isCloseTo(900, HISTOGRAM);
        assertThat(latencies.p99()).isCloseTo(990, HISTOGRAM);
        assertThat(latencies.p999()).isCloseTo(999, HISTOGRAM);
        assertThat(latencies.max()).isCloseTo(1000, HISTOGRAM);
    }

    @Test
    void nothingRecordedIsZeroNotAFailure() {
        assertThat(Latencies.of(Latencies.concurrentHistogram())).isEqualTo(new Latencies(0, 0, 0, 0, 0, 0, 0));
    }
}
