package dev.xception.classification;

import dev.xception.batch.WaitEstimate;

/** What waits to be decoded or is being decoded, in units of pixels, and how long that takes at the rate of the last pictures. */
final class DecodingBacklog {

    private static final double WEIGHT_OF_NEWEST = 0.1;

    private final int slots;
    private long units;
    private double meanUnits;
    private double meanNanos;

    /**
     * @param slots how many pictures are decoded at once
     */
    DecodingBacklog(int slots) {
        this.slots = slots;
    }

    /**
     * Adds a picture. Nobody is refused while there is no other, so a bad estimate mends itself.
     *
     * @throws OverloadedException if it would be decoded later than in this time
     */
    synchronized void add(int picture, long timeoutNanos) {
        double nanosPerUnit = meanUnits == 0 ? 0 : meanNanos / meanUnits;
        long wait = (long) Math.ceil(units * nanosPerUnit / slots);
        long itself = (long) Math.ceil(picture * nanosPerUnit);
        if (units > 0 && WaitEstimate.isTooLong(wait + itself, timeoutNanos)) {
            throw new OverloadedException("too much to decode", WaitEstimate.retryAfter(wait));
        }
        units += picture;
    }

    /** Takes a picture out that is decoded, or will not be. */
    synchronized void remove(int picture) {
        units -= picture;
    }

    /** A picture was decoded in this time. */
    synchronized void measured(int picture, long nanos) {
        double weight = meanUnits == 0 ? 1 : WEIGHT_OF_NEWEST;
        meanUnits += weight * (picture - meanUnits);
        meanNanos += weight * (nanos - meanNanos);
    }
}
