package dev.xception.bench;

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
        return new Measurement(
                "", 1, throughput, NONE, NONE, errors, Map.of(), new Usage(0, 0, 0), List.of(), List.of(), 0);
    }

    static Measurement of(double throughput, double seconds, List<Long> firstSeconds, double secondsAfter) {
        return new Measurement(
                "",
                seconds,
                throughput,
                NONE,
                NONE,
                NO_ERRORS,
                Map.of(),
                new Usage(0, 0, 0),
                List.of(),
                firstSeconds,
                secondsAfter);
    }
}
