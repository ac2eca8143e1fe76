package dev.xception.classification;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds what is decoded and resized at once: as many pictures as there are cores, and so many pixels in all, which are memory.
 * More pictures would not be faster, and a native decoder holds the carrier of its virtual thread: with a slot to wait for, carriers
 * are left for probes and refusals.
 */
public final class DecodingSlots {

    /** Pixels are counted by the thousand: a semaphore counts with an int. */
    private static final long UNIT = 1000;

    private final Semaphore free;
    private final Semaphore freePixels;
    private final int pixelUnits;

    /**
     * @param count of pictures
     * @param maxPixels of all of them together; 0 for no bound
     */
    public DecodingSlots(int count, long maxPixels) {
        if (count < 1 || maxPixels < 0) {
            throw new IllegalArgumentException(
                    "needs at least 1 slot, and no negative number of pixels: %d, %d".formatted(count, maxPixels));
        }
        this.free = new Semaphore(count, true);
        this.pixelUnits = maxPixels == 0 ? Integer.MAX_VALUE : units(maxPixels);
        this.freePixels = new Semaphore(pixelUnits, true);
    }

    private static int units(long pixels) {
        return Math.toIntExact(Math.min(Integer.MAX_VALUE, Math.ceilDiv(pixels, UNIT)));
    }

    /** Pixels that are held now, to the thousand. */
    public long pixels() {
        return (pixelUnits - freePixels.availablePermits()) * UNIT;
    }

    /**
     * Waits for a slot and for pixels, first come first served. A picture that has more pixels than there may be waits until it
     * is the only one.
     *
     * @throws DeadlineExceededException if they are not there in this time
     * @throws UnavailableException if the caller was interrupted
     */
    Slot take(long pixels, long timeoutNanos) {
        int units = Math.min(units(pixels), pixelUnits);
        long end = System.nanoTime() + timeoutNanos;
        try {
            if (!free.tryAcquire(timeoutNanos, TimeUnit.NANOSECONDS)) {
                throw new DeadlineExceededException();
            }
            boolean taken = false;
            try {
                taken = freePixels.tryAcquire(units, end - System.nanoTime(), TimeUnit.NANOSECONDS);
            } finally {
                if (!taken) {
                    free.release();
                }
            }
            if (!taken) {
                throw new DeadlineExceededException();
            }
            return new Slot(units);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException();
        }
    }

    /** A slot and pixels, given back by closing it; of one thread. */
    final class Slot implements AutoCloseable {

        private int units;
        private boolean decoding = true;

        private Slot(int units) {
            this.units = units;
        }

        /** The decoded picture is freed. Somebody else may decode; so many pixels of a copy are kept until this is closed. */
        void decoded(long keptPixels) {
            if (decoding) {
                decoding = false;
                free.release();
            }
            int kept = Math.min(units, units(keptPixels));
            freePixels.release(units - kept);
            units = kept;
        }

        @Override
        public void close() {
            decoded(0);
        }
    }
}
