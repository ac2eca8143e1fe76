package dev.xception.classification;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Bounds the work in flight, so that the memory it needs has a ceiling: requests, encoded bytes and decoded pixels. A
 * request takes a permit before it is decoded and is refused at once if that would exceed a bound; nobody waits.
 *
 * <p>One lock guards three counters. A permit remembers what it has taken and gives exactly that back.
 */
public final class AdmissionLimit {

    /**
     * What may be in flight at once; 0 means no bound. A picture that alone exceeds a bound is always refused, so the
     * bounds on bytes and pixels belong at or above those on one picture.
     */
    public record Bounds(int maxRequests, long maxEncodedBytes, long maxPixels) {

        public Bounds {
            requireNotNegative("max requests", maxRequests);
            requireNotNegative("max encoded bytes", maxEncodedBytes);
            requireNotNegative("max pixels", maxPixels);
        }

        private static void requireNotNegative(String name, long value) {
            if (value < 0) {
                throw new IllegalArgumentException(name + " in flight must not be negative: " + value);
            }
        }
    }

    /** What is in flight now. */
    public record Usage(int requests, long encodedBytes, long pixels) {}

    private final Bounds bounds;
    private final Supplier<Duration> retryAfter;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private boolean shutDown;
    private int requests;
    private long encodedBytes;
    private long pixels;

    /**
     * A limit with nothing in flight.
     *
     * @param retryAfter what a refused caller is told: whole seconds, at least one
     */
    public AdmissionLimit(Bounds bounds, Supplier<Duration> retryAfter) {
        this.bounds = bounds;
        this.retryAfter = retryAfter;
    }

    /**
     * Admits one request with this many encoded bytes; the pixels are added when the header has been read.
     *
     * @throws OverloadedException at once, if a bound would be exceeded
     * @throws UnavailableException at once, after {@link #shutDown}
     */
    public Permit acquire(long bytes) {
        requireNotNegative(bytes);
        lock.lock();
        try {
            if (shutDown) {
                throw new UnavailableException();
            }
            if (fits(1, requests, bounds.maxRequests()) && fits(bytes, encodedBytes, bounds.maxEncodedBytes())) {
                requests++;
                encodedBytes += bytes;
                return new Permit(bytes);
            }
        } finally {
            lock.unlock();
        }
        throw overloaded();
    }

    /** From now on nothing is admitted. */
    public void shutDown() {
        lock.lock();
        try {
            shutDown = true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until nothing is in flight.
     *
     * @return false if something still is, after this time
     */
    public boolean awaitIdle(Duration most) throws InterruptedException {
        lock.lock();
        try {
            long left = most.toNanos();
            while (requests > 0 && left > 0) {
                left = idle.awaitNanos(left);
            }
            return requests == 0;
        } finally {
            lock.unlock();
        }
    }

    /** What is in flight now. */
    public Usage usage() {
        lock.lock();
        try {
            return new Usage(requests, encodedBytes, pixels);
        } finally {
            lock.unlock();
        }
    }

    private static boolean fits(long more, long inFlight, long max) {
        return max == 0 || more <= max - inFlight;
    }

    private static void requireNotNegative(long amount) {
        if (amount < 0) {
            throw new IllegalArgumentException("amount must not be negative: " + amount);
        }
    }

    /** Asks for the retry time, which may need another lock, without holding this one. */
    private OverloadedException overloaded() {
        return new OverloadedException("too much work in flight: " + usage() + " of " + bounds, retryAfter.get());
    }

    /** The right to work on one request, until it is closed. */
    public final class Permit implements AutoCloseable {

        private final long heldBytes;
        private long heldPixels;
        private boolean closed;

        private Permit(long heldBytes) {
            this.heldBytes = heldBytes;
        }

        /**
         * Takes pixels that are about to be decoded.
         *
         * @throws OverloadedException at once, if the bound would be exceeded; the permit stays as it was
         */
        public void addPixels(long more) {
            requireNotNegative(more);
            lock.lock();
            try {
                if (closed) {
                    throw new IllegalStateException("permit is closed");
                }
                if (fits(more, pixels, bounds.maxPixels())) {
                    pixels += more;
                    heldPixels += more;
                    return;
                }
            } finally {
                lock.unlock();
            }
            throw overloaded();
        }

        /** Gives the pixels back as soon as the decoded picture is freed, long before the request is answered. */
        public void releasePixels() {
            lock.lock();
            try {
                pixels -= heldPixels;
                heldPixels = 0;
            } finally {
                lock.unlock();
            }
        }

        /** Gives back all that this permit holds; a second call does nothing. */
        @Override
        public void close() {
            lock.lock();
            try {
                if (closed) {
                    return;
                }
                closed = true;
                requests--;
                encodedBytes -= heldBytes;
                pixels -= heldPixels;
                heldPixels = 0;
                if (requests == 0) {
                    idle.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
