package dev.xception.classification;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Bounds the requests in flight and their encoded bytes, so that the memory they need has a ceiling. A request takes a permit
 * before anything of it is read and is refused at once if that would exceed a bound; nobody waits.
 *
 * <p>One lock guards both counters. A permit remembers what it has taken and gives exactly that back.
 */
public final class AdmissionLimit {

    /**
     * What may be in flight at once; 0 means no bound. A picture that alone exceeds the bound on bytes is always refused, so that
     * belongs at or above the one on a picture.
     */
    public record Bounds(int maxRequests, long maxEncodedBytes) {

        public Bounds {
            requireNotNegative("max requests", maxRequests);
            requireNotNegative("max encoded bytes", maxEncodedBytes);
        }

        private static void requireNotNegative(String name, long value) {
            if (value < 0) {
                throw new IllegalArgumentException(name + " in flight must not be negative: " + value);
            }
        }
    }

    /** What is in flight now. */
    public record Usage(int requests, long encodedBytes) {}

    /** The right to work on one request, until it is closed. */
    public interface Permit extends AutoCloseable {

        /** For work that was admitted with the rest of its request. */
        Permit PART_OF_A_REQUEST = new Permit() {
            @Override
            public void addBytes(long more) {}

            @Override
            public void close() {}
        };

        /**
         * Takes more encoded bytes, which were not known when the request was admitted.
         *
         * @throws OverloadedException at once, if the bound would be exceeded; the permit stays as it was
         */
        void addBytes(long more);

        /** Gives back all that this permit holds; a second call does nothing. */
        @Override
        void close();
    }

    private final Bounds bounds;
    private final Supplier<Duration> retryAfter;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private boolean shutDown;
    private int requests;
    private long encodedBytes;

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
     * Admits one request with this many encoded bytes.
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
                return new Held(bytes);
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
            return new Usage(requests, encodedBytes);
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

    private final class Held implements Permit {

        private long bytes;
        private boolean closed;

        private Held(long bytes) {
            this.bytes = bytes;
        }

        @Override
        public void addBytes(long more) {
            requireNotNegative(more);
            lock.lock();
            try {
                if (closed) {
                    throw new IllegalStateException("permit is closed");
                }
                if (fits(more, encodedBytes, bounds.maxEncodedBytes())) {
                    encodedBytes += more;
                    bytes += more;
                    return;
                }
            } finally {
                lock.unlock();
            }
            throw overloaded();
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (closed) {
                    return;
                }
                closed = true;
                requests--;
                encodedBytes -= bytes;
                if (requests == 0) {
                    idle.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
