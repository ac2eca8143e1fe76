package dev.xception.batch;

/**
 * How long callers wait before they hang up, who did not say so with a deadline. A queue that takes longer serves, first come
 * first served, those alone who are about to leave.
 *
 * <p>Nobody knows whether who stayed would have stayed longer, so it is felt for as congestion control does: a little up for each
 * who stayed, much down for each who left, which settles where one in twelve leaves. Not thread-safe.
 */
final class Patience {

    private static final double STAYED = 1.02;
    private static final double LEFT = 0.8;
    private static final double ENDLESS = (double) Long.MAX_VALUE;

    private double nanos = ENDLESS;

    void callerStayed() {
        nanos *= STAYED;
    }

    /**
     * @param afterNanos when it was seen to have left
     * @param mostNanos the longest that anybody waits, whom a full queue lets in
     */
    void callerLeft(long afterNanos, long mostNanos) {
        double before = Math.min(nanos, (double) mostNanos);
        nanos = Math.min(before, Math.max(before * LEFT, afterNanos / 2.0));
    }

    /** {@link Long#MAX_VALUE} as long as nobody has left. */
    long nanos() {
        return (long) Math.min(nanos, ENDLESS);
    }
}
