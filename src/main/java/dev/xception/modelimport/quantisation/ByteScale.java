package dev.xception.modelimport.quantisation;

/**
 * How real values are kept in unsigned bytes: {@code value = scale * (byte - zeroPoint)}. Zero is always exact, because
 * padding is made of it.
 *
 * @param zeroPoint the byte that means zero, 0..255
 */
record ByteScale(float scale, int zeroPoint) {

    private static final int LEVELS = 255;

    /** The bytes themselves. */
    static final ByteScale IDENTITY = new ByteScale(1, 0);

    ByteScale {
        if (!(scale > 0) || !Float.isFinite(scale)) {
            throw new IllegalArgumentException("a scale must be positive, not " + scale);
        }
        if (zeroPoint < 0 || zeroPoint > LEVELS) {
            throw new IllegalArgumentException("a zero point must be within 0..255, not " + zeroPoint);
        }
    }

    /** Spreads the bytes over the range, widened to hold zero. Values outside it become its ends. */
    static ByteScale over(Range range) {
        double low = Math.min(range.low(), 0);
        double high = Math.max(range.high(), 0);
        double step = (high - low) / LEVELS;
        if (step < Float.MIN_NORMAL) {
            return IDENTITY;
        }
        return new ByteScale((float) step, (int) Math.clamp(Math.rint(-low / step), 0, LEVELS));
    }

    /** For what values lack after they were rounded to this scale. */
    ByteScale ofRest() {
        return new ByteScale(scale / LEVELS, (LEVELS + 1) / 2);
    }

    /** What is left of a value after it was a byte. */
    double rounded(double value) {
        double level = Math.clamp(Math.rint(value / scale) + zeroPoint, 0, LEVELS);
        return scale * (level - zeroPoint);
    }
}
