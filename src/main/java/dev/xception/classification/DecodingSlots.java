package dev.xception.classification;

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

    private final int pixelUnits;
    private final Semaphore freePixels;
    private final Semaphore free;
    private final DecodingBacklog backlog;
    private final LongSupplier clock;

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
        this.pixelUnits = maxPixels == 0 ? Integer.MAX_VALUE : units(maxPixels);
        this.freePixels = new Semaphore(pixelUnits, true);
        this.free = new Semaphore(count, true);
        this.backlog = new DecodingBacklog(count, pixelUnits);
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
        int held = Math.min(units, pixelUnits);
        long end = System.nanoTime() + timeoutNanos;
        backlog.add(units, timeoutNanos);
        try {
            acquire(freePixels, held, timeoutNanos);
        } catch (Throwable e) {
            backlog.remove(units);
            throw e;
        }
        try {
            acquire(free, 1, end - System.nanoTime());
        } catch (Throwable e) {
            freePixels.release(held);
            backlog.remove(units);
            throw e;
        }
        return new Slot(units, held);
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
            backlog.measured(units, clock.getAsLong() - start);
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
                backlog.remove(units);
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
