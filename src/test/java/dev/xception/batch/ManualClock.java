package dev.xception.batch;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A nanosecond clock that moves only when the test says so. It starts just before the overflow, which
 * {@link System#nanoTime} may do too.
 *
 * <p>The batcher waits in real time for as long as the manual clock says and then looks at the clock again. So a test
 * that waits for a deadline keeps it to a millisecond of manual time, and it is noticed within a millisecond of the
 * clock's moving; one that wants nobody to wake up by itself uses an hour.
 */
final class ManualClock implements LongSupplier {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000);

    @Override
    public long getAsLong() {
        return nanos.get();
    }

    void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    long in(Duration time) {
        return nanos.get() + time.toNanos();
    }
}
