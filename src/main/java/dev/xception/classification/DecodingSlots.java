package dev.xception.classification;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * As many pictures are decoded and resized at once as there are cores. More would not be faster, and a native decoder
 * holds the carrier of its virtual thread: with a slot to wait for, carriers are left for probes and refusals.
 */
public final class DecodingSlots {

    private final Semaphore free;

    public DecodingSlots(int count) {
        this.free = new Semaphore(count, true);
    }

    /** A slot, given back by closing it. */
    interface Slot extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Waits for a slot, first come first served.
     *
     * @throws DeadlineExceededException if there is none in this time
     * @throws UnavailableException if the caller was interrupted
     */
    Slot take(long timeoutNanos) {
        try {
            if (!free.tryAcquire(timeoutNanos, TimeUnit.NANOSECONDS)) {
                throw new DeadlineExceededException();
            }
            return free::release;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException();
        }
    }
}
