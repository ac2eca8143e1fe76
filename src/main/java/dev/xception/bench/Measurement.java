package dev.xception.bench;

import java.util.List;
import java.util.Map;

/**
 * What one load has shown.
 *
 * @param load how requests were offered
 * @param seconds length of the measured window
 * @param throughput good answers per second within it: status 200, and not after the deadline
 * @param latency of the answers with status 200, from when their requests were due
 * @param refusals latency of the answers with status 503
 * @param stages the server's own times of the good answers
 * @param usage what it cost
 * @param timeline the window in moments of a second or more, 60 at most
 * @param parts the window in ten parts or fewer, each with enough answers for a percentile where the moments have too few
 * @param firstSeconds good answers in each of its first five seconds
 * @param secondsAfter from its end to the answer of the last request
 */
public record Measurement(
        String load,
        double seconds,
        double throughput,
        Latencies latency,
        Latencies refusals,
        Errors errors,
        Map<String, Latencies> stages,
        Usage usage,
        List<Moment> timeline,
        List<Part> parts,
        List<Long> firstSeconds,
        double secondsAfter) {

    public Measurement {
        stages = Map.copyOf(stages);
        timeline = List.copyOf(timeline);
        parts = List.copyOf(parts);
        firstSeconds = List.copyOf(firstSeconds);
    }

    /**
     * Processor time used in the window per good answer that came in it, in milliseconds of one core; zero where none came and
     * where the system does not tell.
     *
     * @param residentBytes of the server at the end; zero where it is not known
     */
    public record Usage(double serverCpuMillis, double clientCpuMillis, long residentBytes) {}

    /**
     * A short part of the window.
     *
     * @param second its end, since the start of the window
     * @param p99 of the answers that came in it
     * @param residentBytes of the server at its end; zero where it is not known
     */
    public record Moment(double second, double throughput, double p99, long residentBytes) {}

    /**
     * A part of several moments.
     *
     * @param second its end, since the start of the window
     * @param latency of the good answers that came in it
     */
    public record Part(double second, Latencies latency) {}
}
