package dev.xception.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How fast something grows.
 *
 * <p>A line of least squares through all points has a standard error that takes each for independent of the last. Latencies in
 * different minutes are, nearly. Memory is not: what was taken stays taken. Of random walks that lead nowhere such a line calls five in
 * six a trend; the mean of the slopes in five equal parts, and how far these differ, one in twenty.
 *
 * @param slope change of y per x
 * @param standardError of the slope
 */
public record Trend(double slope, double standardError) {

    private static final int PARTS = 5;
    private static final int LEAST_POINTS = 3 * PARTS;

    private static final int LEAST_INDEPENDENT_POINTS = 6;

    /** Student's t of 95 % for the mean of five, and for a line through six points; of a line through more, a little stricter. */
    private static final double STUDENT_T = 2.776;

    /** A point in time, and a value. */
    record Point(double x, double y) {}

    /** Of points that do not depend on each other; null for fewer than six. */
    static @Nullable Trend throughIndependent(List<Point> points) {
        int n = points.size();
        if (n < LEAST_INDEPENDENT_POINTS) {
            return null;
        }
        Line line = Line.through(points);
        double squares = points.stream()
                .mapToDouble(point -> line.distanceOf(point) * line.distanceOf(point))
                .sum();
        return new Trend(line.slope(), Math.sqrt(squares / (n - 2) / line.sxx()));
    }

    /** Of points each of which goes on from the last; null for fewer than three in each part. */
    static @Nullable Trend through(List<Point> points) {
        int n = points.size();
        if (n < LEAST_POINTS) {
            return null;
        }
        double[] slopes = IntStream.range(0, PARTS)
                .mapToDouble(part -> Line.through(points.subList(part * n / PARTS, (part + 1) * n / PARTS))
                        .slope())
                .toArray();
        double mean = Arrays.stream(slopes).average().orElseThrow();
        double squares = Arrays.stream(slopes)
                .map(slope -> (slope - mean) * (slope - mean))
                .sum();
        return new Trend(mean, Math.sqrt(squares / (PARTS - 1) / PARTS));
    }

    /**
     * A line of least squares.
     *
     * @param sxx sum of the squared distances from the mean x
     */
    private record Line(double meanX, double meanY, double sxx, double slope) {

        static Line through(List<Point> points) {
            double meanX = points.stream().mapToDouble(Point::x).average().orElseThrow();
            double meanY = points.stream().mapToDouble(Point::y).average().orElseThrow();
            double sxx = points.stream()
                    .mapToDouble(p -> (p.x() - meanX) * (p.x() - meanX))
                    .sum();
            double sxy = points.stream()
                    .mapToDouble(p -> (p.x() - meanX) * (p.y() - meanY))
                    .sum();
            return new Line(meanX, meanY, sxx, sxy / sxx);
        }

        double distanceOf(Point point) {
            return point.y() - meanY - slope * (point.x() - meanX);
        }
    }

    public boolean isDistinctFromZero() {
        return Math.abs(slope) > STUDENT_T * standardError;
    }
}
