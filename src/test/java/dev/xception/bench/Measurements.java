package dev.xception.bench;

import dev.xception.bench.Measurement.Part;
import dev.xception.bench.Measurement.Usage;
import java.util.List;
import java.util.Map;

/** What a server would have shown. */
final class Measurements {

    static final Errors NO_ERRORS = new Errors(Map.of(), 0, 0, 0, 0, 0, 0);

    private static final Latencies NONE = new Latencies(0, 0, 0, 0, 0, 0, 0);

    private Measurements() {}

    static Measurement of(double throughput) {
        return of(throughput, NO_ERRORS);
    }

    static Measurement of(double throughput, Errors errors) {
        return of(throughput, NONE, errors);
    }

    static Measurement of(double throughput, Latencies latency, Errors errors) {
        return of(throughput, 1, latency, errors, List.of(), List.of(), 0);
    }

    static Measurement of(double throughput, double seconds, List<Long> firstSeconds, double secondsAfter) {
        return of(throughput, seconds, NONE, NO_ERRORS, List.of(), firstSeconds, secondsAfter);
    }

    static Measurement of(List<Part> parts) {
        return of(1, 1, NONE, NO_ERRORS, parts, List.of(), 0);
    }

    private static Measurement of(
            double throughput,
            double seconds,
            Latencies latency,
            Errors errors,
            List<Part> parts,
            List<Long> firstSeconds,
            double secondsAfter) {
        return new Measurement(
                "",
                seconds,
                throughput,
                latency,
                NONE,
                errors,
                Map.of(),
                new Usage(0, 0, 0),
                List.of(),
                parts,
                firstSeconds,
                secondsAfter);
    }

    /** So many answers, all of them after this time. */
    static Latencies latencies(long count, double millis) {
        return new Latencies(count, millis, millis, millis, millis, millis, millis);
    }
}
