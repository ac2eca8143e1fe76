package dev.xception.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A straight line through points, by least squares.
 *
 * @param slope change of y per x
 * @param standardError of the slope; a slope of less than two of them is indistinguishable from zero
 */
public record Trend(double slope, double standardError) {

    /** A point that the line is drawn through. */
    record Point(double x, double y) {}

    /** Null for fewer than three points, which a line always fits. */
    static @Nullable Trend through(List<Point> points) {
        int n = points.size();
        if (n < 3) {
            return null;
        }
        double meanX = points.stream().mapToDouble(Point::x).average().orElseThrow();
        double meanY = points.stream().mapToDouble(Point::y).average().orElseThrow();
        double sxx = points.stream()
                .mapToDouble(p -> (p.x() - meanX) * (p.x() - meanX))
                .sum();
        double sxy = points.stream()
                .mapToDouble(p -> (p.x() - meanX) * (p.y() - meanY))
                .sum();
        double slope = sxy / sxx;
        double residuals = points.stream()
                .mapToDouble(p -> p.y() - meanY - slope * (p.x() - meanX))
                .map(residual -> residual * residual)
                .sum();
        return new Trend(slope, Math.sqrt(residuals / (n - 2) / sxx));
    }

    public boolean isDistinctFromZero() {
        return Math.abs(slope) > 2 * standardError;
    }
}
