package dev.xception.classification;

import dev.xception.batch.WaitEstimate;

/** What waits to be decoded or is being decoded, in units of pixels, and how long that takes at the rate of the last pictures. */
final class DecodingBacklog {

    private static final double WEIGHT_OF_NEWEST = 0.1;

    /** The time of smaller pictures is not that of their pixels: a large one would be thought to take a hundred times too long. */
    private static final int LEAST_MEASURED = 100;

    /** The first pictures say nothing of later ones, as Java is still cold. */
    private static final int COLD = 20;

    private final int slots;
    private final int unitsAtOnce;
    private int pictures;
    private int seen;
    private double work;
    private double meanUnits;
    private double meanNanos;

    /**
     * @param slots how many pictures are decoded at once
     * @param unitsAtOnce how many units are
     */
    DecodingBacklog(int slots, int unitsAtOnce) {
        this.slots = slots;
        this.unitsAtOnce = unitsAtOnce;
    }

    /**
     * Adds a picture. Nobody is refused while there is no other, so a bad estimate mends itself, nor before anything is measured.
     *
     * @throws OverloadedException if it would be decoded later than in this time
     */
    synchronized void add(int picture, long timeoutNanos) {
        double nanosPerUnit = meanUnits == 0 ? 0 : meanNanos / meanUnits;
        long wait = (long) Math.ceil(work * nanosPerUnit);
        long itself = (long) Math.ceil(picture * nanosPerUnit);
        if (pictures > 0 && WaitEstimate.isTooLong(wait + itself, timeoutNanos)) {
            throw new OverloadedException("too much to decode", WaitEstimate.retryAfter(wait));
        }
        pictures++;
        work += workOf(picture);
    }

    /** Its units, shared out among as many of its size as are decoded at once. */
    private double workOf(int picture) {
        return (double) picture / Math.clamp(unitsAtOnce / Math.max(1, picture), 1, slots);
    }

    /** Takes a picture out that is decoded, or will not be. */
    synchronized void remove(int picture) {
        pictures--;
        work = pictures == 0 ? 0 : work - workOf(picture);
    }

    /** A picture was decoded in this time. */
    synchronized void measured(int picture, long nanos) {
        if (picture < LEAST_MEASURED) {
            return;
        }
        if (seen < COLD) {
            seen++;
            return;
        }
        double weight = meanUnits == 0 ? 1 : WEIGHT_OF_NEWEST;
        meanUnits += weight * (picture - meanUnits);
        meanNanos += weight * (nanos - meanNanos);
    }
}
