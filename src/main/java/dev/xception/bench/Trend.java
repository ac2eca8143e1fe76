package dev.xception.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How fast something grows: the mean of the slopes of least squares through five equal parts of the points, and how far these
 * differ.
 *
 * <p>One line through all would have a standard error that takes each point for independent of the last. Memory is not: what was
 * taken stays taken. Of random walks that lead nowhere such a line calls five in six a trend, the parts one in twenty.
 *
 * @param slope change of y per x
 * @param standardError of the slope
 */
public record Trend(double slope, double standardError) {

    private static final int PARTS = 5;
    private static final int LEAST_POINTS = 3 * PARTS;

    /** Student's t of 95 % for the mean of five. */
    private static final double STUDENT_T = 2.776;

    /** A point in time, and a value. */
    record Point(double x, double y) {}

    /** Null for fewer than three points in each part. */
    static @Nullable Trend through(List<Point> points) {
        int n = points.size();
        if (n < LEAST_POINTS) {
            return null;
        }
        double[] slopes = IntStream.range(0, PARTS)
                .mapToDouble(part -> slope(points.subList(part * n / PARTS, (part + 1) * n / PARTS)))
                .toArray();
        double mean = Arrays.stream(slopes).average().orElseThrow();
        double squares = Arrays.stream(slopes)
                .map(slope -> (slope - mean) * (slope - mean))
                .sum();
        return new Trend(mean, Math.sqrt(squares / (PARTS - 1) / PARTS));
    }

    private static double slope(List<Point> points) {
        double meanX = points.stream().mapToDouble(Point::x).average().orElseThrow();
        double meanY = points.stream().mapToDouble(Point::y).average().orElseThrow();
        double sxx = points.stream()
                .mapToDouble(p -> (p.x() - meanX) * (p.x() - meanX))
                .sum();
        double sxy = points.stream()
                .mapToDouble(p -> (p.x() - meanX) * (p.y() - meanY))
                .sum();
        return sxy / sxx;
    }

    public boolean isDistinctFromZero() {
        return Math.abs(slope) > STUDENT_T * standardError;
    }
}
