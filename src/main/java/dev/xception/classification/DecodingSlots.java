package dev.xception.classification;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Bounds what is decoded and resized at once: as many pictures as there are cores, and so many pixels in all, which are memory.
 * More pictures would not be faster, and a native decoder holds the carrier of its virtual thread: with a slot to wait for, carriers
 * are left for probes and refusals.
 *
 * <p>Who would wait longer than it may is refused at once: otherwise, where decoding is what there is too little of, each picture would
 * win its slot when its time is nearly over, and what is decoded would be too late.
 */
public final class DecodingSlots {

    /** Pixels are counted by the thousand: a semaphore counts with an int. */
    private static final long UNIT = 1000;

    /** A wait is refused that would take all of a request's time but this: estimates are rough. */
    private static final double LATENESS_MARGIN = 1.15;

    private static final double WEIGHT_OF_NEWEST = 0.1;

    private final int count;
    private final int pixelUnits;
    private final Semaphore freePixels;
    private final Semaphore free;
    private final LongSupplier clock;

    private final Object lock = new Object();
    private long unitsUndecoded;
    private double meanUnits;
    private double meanNanos;

    /**
     * @param count of pictures
     * @param maxPixels of all of them together; 0 for no bound
     * @param clock nanoseconds from an arbitrary origin, as {@link System#nanoTime}
     */
    public DecodingSlots(int count, long maxPixels, LongSupplier clock) {
        if (count < 1 || maxPixels < 0) {
            throw new IllegalArgumentException(
                    "needs at least 1 slot, and no negative number of pixels: %d, %d".formatted(count, maxPixels));
        }
        this.count = count;
        this.pixelUnits = maxPixels == 0 ? Integer.MAX_VALUE : units(maxPixels);
        this.freePixels = new Semaphore(pixelUnits, true);
        this.free = new Semaphore(count, true);
        this.clock = clock;
    }

    private static int units(long pixels) {
        return Math.toIntExact(Math.min(Integer.MAX_VALUE, Math.ceilDiv(pixels, UNIT)));
    }

    /** Pixels that are held now, by the thousand. */
    public long pixels() {
        return (pixelUnits - freePixels.availablePermits()) * UNIT;
    }

    /**
     * Waits for pixels and then for a slot, first come first served. A picture that has more pixels than there may be waits until
     * it is the only one.
     *
     * @throws OverloadedException at once, if those before it will take longer than this time at the measured rate
     * @throws DeadlineExceededException if they have taken longer
     * @throws UnavailableException if the caller was interrupted
     */
    Slot take(long pixels, long timeoutNanos) {
        int units = units(pixels);
        queue(units, timeoutNanos);
        long end = System.nanoTime() + timeoutNanos;
        int held = Math.min(units, pixelUnits);
        boolean taken = false;
        try {
            acquire(freePixels, held, timeoutNanos);
            try {
                acquire(free, 1, end - System.nanoTime());
                taken = true;
                return new Slot(units, held);
            } finally {
                if (!taken) {
                    freePixels.release(held);
                }
            }
        } finally {
            if (!taken) {
                leave(units);
            }
        }
    }

    private static void acquire(Semaphore semaphore, int permits, long timeoutNanos) {
        try {
            if (!semaphore.tryAcquire(permits, timeoutNanos, TimeUnit.NANOSECONDS)) {
                throw new DeadlineExceededException();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException();
        }
    }

    /** Nobody is refused while nothing is decoded, so a bad estimate mends itself. */
    private void queue(int units, long timeoutNanos) {
        synchronized (lock) {
            double nanosPerUnit = meanUnits == 0 ? 0 : meanNanos / meanUnits;
            double wait = unitsUndecoded * nanosPerUnit / count;
            if (unitsUndecoded > 0 && timeoutNanos < LATENESS_MARGIN * (wait + units * nanosPerUnit)) {
                throw new OverloadedException(
                        "too much to decode", Duration.ofSeconds(Math.max(1, (long) Math.ceil(wait / 1e9))));
            }
            unitsUndecoded += units;
        }
    }

    private void leave(int units) {
        synchronized (lock) {
            unitsUndecoded -= units;
        }
    }

    private void decoded(int units, long nanos) {
        synchronized (lock) {
            double weight = meanUnits == 0 ? 1 : WEIGHT_OF_NEWEST;
            meanUnits += weight * (units - meanUnits);
            meanNanos += weight * (nanos - meanNanos);
        }
    }

    /** A slot and pixels, given back by closing it; of one thread. */
    final class Slot implements AutoCloseable {

        private final int units;
        private final long start = clock.getAsLong();
        private int held;
        private boolean decoding = true;
        private boolean drawing;

        private Slot(int units, int held) {
            this.units = units;
            this.held = held;
        }

        /** The decoded picture is freed. Somebody else may decode; so many pixels of a copy are kept until this is closed. */
        void decoded(long keptPixels) {
            DecodingSlots.this.decoded(units, clock.getAsLong() - start);
            endDecoding();
            keepOnly(Math.min(held, units(keptPixels)));
        }

        /**
         * Waits for a slot again, to draw on the copy: that is like decoding.
         *
         * @throws DeadlineExceededException if there is none in this time
         * @throws UnavailableException if the caller was interrupted
         */
        void draw(long timeoutNanos) {
            acquire(free, 1, timeoutNanos);
            drawing = true;
        }

        private void endDecoding() {
            if (decoding) {
                decoding = false;
                leave(units);
                free.release();
            }
        }

        private void keepOnly(int kept) {
            freePixels.release(held - kept);
            held = kept;
        }

        @Override
        public void close() {
            endDecoding();
            if (drawing) {
                drawing = false;
                free.release();
            }
            keepOnly(0);
        }
    }
}
