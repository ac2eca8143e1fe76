package dev.xception.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.xception.classification.AdmissionLimit.Bounds;
import dev.xception.classification.AdmissionLimit.Permit;
import dev.xception.classification.AdmissionLimit.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AdmissionLimitTest {

    private static final Usage NOTHING = new Usage(0, 0);

    @Test
    void refusesARequestTooMany() {
        AdmissionLimit limit = limit(2, 0);
        Permit first = limit.acquire(10);
        limit.acquire(10);

        assertOverloaded(() -> limit.acquire(10));

        first.close();
        limit.acquire(10);
        assertThat(limit.usage()).isEqualTo(new Usage(2, 20));
    }

    @Test
    void admitsNothingAfterShutdown() {
        AdmissionLimit limit = limit(2, 0);
        limit.acquire(10);
        limit.shutDown();

        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> limit.acquire(10));
        assertThat(limit.usage()).isEqualTo(new Usage(1, 10));
    }

    @Test
    void isIdleWhenTheLastPermitIsGivenBack() throws Exception {
        AdmissionLimit limit = limit(0, 0);
        assertThat(limit.awaitIdle(Duration.ZERO)).isTrue();
        Permit first = limit.acquire(10);
        Permit second = limit.acquire(10);
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            AtomicReference<Thread> waiting = new AtomicReference<>();
            Future<Boolean> idle = thread.submit(() -> {
                waiting.set(Thread.currentThread());
                return limit.awaitIdle(Duration.ofMinutes(10));
            });
            while (waiting.get() == null || waiting.get().getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            first.close();
            assertThat(limit.awaitIdle(Duration.ofMillis(1))).isFalse();
            second.close();
            assertThat(idle.get()).isTrue();
        }
    }

    @Test
    void refusesAByteTooMany() {
        AdmissionLimit limit = limit(0, 100);
        limit.acquire(60);

        assertOverloaded(() -> limit.acquire(41));

        limit.acquire(40);
        assertThat(limit.usage()).isEqualTo(new Usage(2, 100));
    }

    @Test
    void refusesAByteTooManyThatComesLater() {
        AdmissionLimit limit = limit(0, 100);
        limit.acquire(60);
        Permit second = limit.acquire(0);
        second.addBytes(30);

        assertOverloaded(() -> second.addBytes(11));

        second.addBytes(10);
        assertThat(limit.usage()).isEqualTo(new Usage(2, 100));
    }

    @Test
    void isNotFooledByOverflow() {
        AdmissionLimit limit = limit(0, 100);
        Permit permit = limit.acquire(60);

        assertOverloaded(() -> limit.acquire(Long.MAX_VALUE));
        assertOverloaded(() -> permit.addBytes(Long.MAX_VALUE));
    }

    @Test
    void hasNoBoundAtZero() {
        AdmissionLimit limit = limit(0, 0);
        for (int i = 0; i < 1000; i++) {
            limit.acquire(1L << 40).addBytes(1L << 40);
        }

        assertThat(limit.usage()).isEqualTo(new Usage(1000, 2000L << 40));
    }

    @Test
    void tellsARefusedCallerWhenToComeBack() {
        AdmissionLimit limit = limit(1, 0);
        limit.acquire(0);

        assertThatExceptionOfType(OverloadedException.class)
                .isThrownBy(() -> limit.acquire(0))
                .satisfies(e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(7)));
    }

    @Test
    void givesBackEverythingOnClose() {
        AdmissionLimit limit = limit(5, 100);
        try (Permit permit = limit.acquire(30)) {
            permit.addBytes(40);
            permit.addBytes(10);
            assertThat(limit.usage()).isEqualTo(new Usage(1, 80));
        }

        assertThat(limit.usage()).isEqualTo(NOTHING);
    }

    @Test
    void aSecondCloseGivesNothingBackTwice() {
        AdmissionLimit limit = limit(5, 100);
        limit.acquire(10);
        Permit permit = limit.acquire(30);
        permit.close();
        permit.close();

        assertThat(limit.usage()).isEqualTo(new Usage(1, 10));
    }

    @Test
    void aClosedPermitTakesNoBytes() {
        AdmissionLimit limit = limit(5, 100);
        Permit permit = limit.acquire(30);
        permit.close();

        assertThatIllegalStateException().isThrownBy(() -> permit.addBytes(1));
        assertThat(limit.usage()).isEqualTo(NOTHING);
    }

    @Test
    void rejectsNegativeAmounts() {
        AdmissionLimit limit = limit(5, 100);
        Permit permit = limit.acquire(30);

        assertThatIllegalArgumentException().isThrownBy(() -> limit.acquire(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> permit.addBytes(-1));
        assertThat(limit.usage()).isEqualTo(new Usage(1, 30));
    }

    @Test
    void rejectsNegativeBounds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Bounds(-1, 0))
                .withMessage("max requests in flight must not be negative: -1");
        assertThatIllegalArgumentException().isThrownBy(() -> new Bounds(0, -1));
    }

    @Test
    void leaksNothingAndStaysInBoundsUnderConcurrency() throws Exception {
        AdmissionLimit limit = limit(6, 400);
        try (ExecutorService executor = Executors.newFixedThreadPool(16)) {
            List<Future<Integer>> refusals = new ArrayList<>();
            for (int seed = 0; seed < 16; seed++) {
                var random = new SplittableRandom(seed);
                refusals.add(executor.submit(() -> workAndCountRefusals(limit, random)));
            }
            int refused = 0;
            for (Future<Integer> count : refusals) {
                refused += count.get();
            }
            assertThat(refused).isPositive();
        }
        assertThat(limit.usage()).isEqualTo(NOTHING);
    }

    private static int workAndCountRefusals(AdmissionLimit limit, SplittableRandom random) {
        int refused = 0;
        for (int i = 0; i < 5000; i++) {
            try (Permit permit = limit.acquire(random.nextInt(200))) {
                permit.addBytes(random.nextInt(300));
                Usage usage = limit.usage();
                assertThat(usage.requests()).isBetween(1, 6);
                assertThat(usage.encodedBytes()).isBetween(0L, 400L);
                Thread.onSpinWait();
            } catch (OverloadedException e) {
                refused++;
            }
        }
        return refused;
    }

    private static AdmissionLimit limit(int maxRequests, long maxEncodedBytes) {
        return new AdmissionLimit(new Bounds(maxRequests, maxEncodedBytes), () -> Duration.ofSeconds(7));
    }

    private static void assertOverloaded(Runnable call) {
        assertThatExceptionOfType(OverloadedException.class).isThrownBy(call::run);
    }
}
