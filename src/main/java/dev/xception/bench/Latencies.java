package dev.xception.bench;

import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** How long something took, in milliseconds; all zero where nothing was counted. */
public record Latencies(long count, double mean, double p50, double p90, double p99, double p999, double max) {

    private static final int DIGITS = 3;
    private static final double MILLIS = 1e6;

    /** An empty histogram of nanoseconds that many threads may record to; three digits of any value are kept. */
    static Histogram concurrentHistogram() {
        return new ConcurrentHistogram(DIGITS);
    }

    static Latencies of(AbstractHistogram nanos) {
        if (nanos.getTotalCount() == 0) {
            return new Latencies(0, 0, 0, 0, 0, 0, 0);
        }
        return new Latencies(
                nanos.getTotalCount(),
                nanos.getMean() / MILLIS,
                percentile(nanos, 50),
                percentile(nanos, 90),
                percentile(nanos, 99),
                percentile(nanos, 99.9),
                nanos.getMaxValue() / MILLIS);
    }

    private static double percentile(AbstractHistogram nanos, double percentile) {
        return nanos.getValueAtPercentile(percentile) / MILLIS;
    }
}
