package dev.xception.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * What was no good answer, and what came late.
 *
 * @param byStatus answers by status, but for 200
 * @param notAccepted requests that no server took
 * @param lost requests that were sent whole and have no answer
 * @param hungUp requests whose callers did not wait for the answer
 * @param unsent requests of an open loop that could not be sent in its time
 * @param afterDeadline answers of any status that came after the deadline which their request stated
 * @param latestMillis how long after it the latest of them came
 */
public record Errors(
        Map<Integer, Long> byStatus,
        long notAccepted,
        long lost,
        long hungUp,
        long unsent,
        long afterDeadline,
        double latestMillis) {

    public Errors {
        byStatus = Map.copyOf(byStatus);
    }

    /** Those of several measurements together, and the latest of them all. */
    static Errors sum(List<Errors> parts) {
        Map<Integer, Long> byStatus = new TreeMap<>();
        parts.forEach(part -> part.byStatus.forEach((status, count) -> byStatus.merge(status, count, Long::sum)));
        return new Errors(
                byStatus,
                sum(parts, Errors::notAccepted),
                sum(parts, Errors::lost),
                sum(parts, Errors::hungUp),
                sum(parts, Errors::unsent),
                sum(parts, Errors::afterDeadline),
                parts.stream().mapToDouble(Errors::latestMillis).max().orElse(0));
    }

    private static long sum(List<Errors> parts, ToLongFunction<Errors> count) {
        return parts.stream().mapToLong(count).sum();
    }

    /** Answers with this status. */
    public long status(int status) {
        return byStatus.getOrDefault(status, 0L);
    }
}
