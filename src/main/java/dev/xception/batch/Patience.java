package dev.xception.batch;

/**
 * How long callers wait before they hang up, whatever deadline they state. A queue that takes longer serves, first come first
 * served, those alone who are about to leave.
 *
 * <p>Nobody knows whether who stayed would have stayed longer, so it is felt for as congestion control does: much down for each
 * who left, up for each who stayed, but only a little where others have left before. Not thread-safe.
 */
final class Patience {

    private static final double LEFT = 0.8;
    private static final double STAYED = 1.05;
    private static final double STAYED_WHERE_OTHERS_LEFT = 1.002;

    /** The estimates that it is held against are no better than this. */
    private static final double NEAR = 0.75;

    private static final double ENDLESS = (double) Long.MAX_VALUE;

    private double nanos = ENDLESS;
    private double leftAfterNanos;
    private long lastLessonNanos;

    void callerStayed() {
        boolean othersLeft = nanos > NEAR * leftAfterNanos && nanos < leftAfterNanos;
        nanos *= othersLeft ? STAYED_WHERE_OTHERS_LEFT : STAYED;
    }

    /**
     * Those who leave within the time of one run are one lesson: they may be the pictures of one caller. Who has not waited for
     * longer than that did not leave because of the queue.
     *
     * @param now when it was seen
     * @param afterNanos how long it had waited by then
     * @param runNanos time of a run, zero before the first one
     * @param mostNanos the longest that anybody waits, whom a full queue lets in
     */
    void callerLeft(long now, long afterNanos, long runNanos, long mostNanos) {
        boolean sameLesson = leftAfterNanos > 0 && now - lastLessonNanos < runNanos;
        if (runNanos == 0 || afterNanos < runNanos || sameLesson) {
            return;
        }
        lastLessonNanos = now;
        double before = Math.min(nanos, (double) mostNanos);
        leftAfterNanos = (double) afterNanos;
        nanos = Math.min(before, Math.max(before * LEFT, leftAfterNanos / 2));
    }

    /** {@link Long#MAX_VALUE} as long as nobody has left. */
    long nanos() {
        return (long) Math.min(nanos, ENDLESS);
    }
}
