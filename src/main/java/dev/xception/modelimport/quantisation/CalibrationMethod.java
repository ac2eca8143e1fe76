package dev.xception.modelimport.quantisation;

/** How the range of a tensor's bytes follows from the values that were seen in it. */
public enum CalibrationMethod {
    /** From the least to the greatest: nothing is clipped. */
    MINMAX,
    /** All but the outermost of ten thousand values. */
    PERCENTILE,
    /** Where the bytes' distribution is least different from the values' (Kullback-Leibler divergence). */
    ENTROPY,
    /** Where the mean squared error of the bytes is least. */
    MSE,
    /** Where the layers that read the tensor lose least; {@link #MINMAX} for sums, and where no layer does. */
    OUTPUT;

    private static final double OUTLIERS = 1e-4;

    Range range(Histogram values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values were seen");
        }
        return switch (this) {
            case MINMAX, OUTPUT -> new Range(values.min(), values.max());
            case PERCENTILE -> {
                double low = values.min() < 0 ? values.quantile(OUTLIERS / 2) : values.min();
                yield new Range(Math.min(low, values.max()), values.quantile(1 - OUTLIERS / 2));
            }
            case ENTROPY -> ClippingSearch.leastDivergence(values);
            case MSE -> ClippingSearch.leastSquaredError(values);
        };
    }
}
