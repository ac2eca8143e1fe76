package dev.xception.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.bench.Load.Open;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoopsTest {

    private static final long MILLI = 1_000_000;

    private static LoadRecorder fromNow(Duration duration) {
        long now = System.nanoTime();
        return new LoadRecorder(now, now + duration.toNanos(), null);
    }

    @Test
    void aClosedLoopCountsErrorsByStatus() {
        int[] statuses = {200, 503, 504, 200};
        try (Loopback server = new Loopback(n -> statuses[n % 4]);
                Client client = server.client()) {
            LoadRecorder recorder = fromNow(Duration.ofMinutes(1));
            AtomicInteger left = new AtomicInteger(40);
            ClosedLoop.run(client, 1, recorder, () -> left.getAndDecrement() > 0);
            assertThat(recorder.errors(0).byStatus()).isEqualTo(Map.of(503, 10L, 504, 10L));
            assertThat(recorder.latency().count()).isEqualTo(20);
            assertThat(recorder.stages().get("inference").count()).isEqualTo(20);
        }
    }

    @Test
    void aClosedLoopHasAsManyRequestsInFlightAsCallers() {
        CountDownLatch allThere = new CountDownLatch(3);
        AtomicInteger inFlight = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (Loopback server = new Loopback(n -> {
                    most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
                    allThere.countDown();
                    awaitUninterrupted(allThere);
                    inFlight.decrementAndGet();
                    return 200;
                });
                Client client = server.client()) {
            AtomicInteger left = new AtomicInteger(30);
            ClosedLoop.run(client, 3, fromNow(Duration.ofMinutes(1)), () -> left.getAndDecrement() > 0);
            assertThat(most).hasValue(3);
            assertThat(server.requests()).isEqualTo(30);
        }
    }

    /**
     * One request at a time may be in flight, and the first is answered when the 30th is due. The ten that were due in the
     * first fifth of the stall have then waited at least four fifths of it, though each was answered at once when sent.
     */
    @Test
    void anOpenLoopChargesAStallToEveryRequestThatWasDueInIt() {
        long stall = 300 * MILLI;
        long begin = System.nanoTime();
        try (Loopback server = new Loopback(n -> {
                    while (n == 0 && System.nanoTime() - begin < stall) {
                        LockSupport.parkNanos(begin + stall - System.nanoTime());
                    }
                    return 200;
                });
                Client client = server.client()) {
            LoadRecorder recorder = new LoadRecorder(begin, begin + 500 * MILLI, null);
            long unsent = OpenLoop.run(client, new Open(100, 1), begin, recorder, 50_000 * MILLI);
            assertThat(unsent).isZero();
            assertThat(server.requests()).isEqualTo(50);
            assertThat(recorder.latency().count()).isEqualTo(50);
            assertThat(recorder.latency().max()).isGreaterThanOrEqualTo(299);
            assertThat(recorder.latency().p90()).isGreaterThanOrEqualTo(239);
        }
    }

    @Test
    void anOpenLoopSaysHowManyRequestsItCouldNotSend() {
        CountDownLatch never = new CountDownLatch(1);
        try (Loopback server = new Loopback(n -> {
                    awaitUninterrupted(never);
                    return 200;
                });
                Client client = server.client()) {
            LoadRecorder recorder = fromNow(Duration.ofMillis(100));
            Thread.ofVirtual().start(() -> {
                LockSupport.parkNanos(400 * MILLI);
                client.cut();
            });
            long begin = System.nanoTime();
            long unsent = OpenLoop.run(client, new Open(100, 3), begin, recorder, 100 * MILLI);
            assertThat(unsent).isGreaterThanOrEqualTo(5);
            assertThat(recorder.errors(unsent).lost()).isEqualTo(3);
            never.countDown();
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
