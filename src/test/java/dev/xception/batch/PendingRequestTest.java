package dev.xception.batch;

import static dev.xception.batch.BatcherFixture.HOUR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PendingRequestTest {

    private final ManualClock clock = new ManualClock();
    private final ReentrantLock lock = new ReentrantLock();
    private final PendingRequest<String, String> request = new PendingRequest<>(
            "a", clock.getAsLong(), clock.getAsLong(), clock.in(HOUR), () -> false, lock.newCondition());

    @Test
    void anAnswerStandsThoughItsCallerIsInterruptedAtTheSameTime() throws Exception {
        var answer = new CompletableFuture<Answer<String>>();
        var interruptKept = new CompletableFuture<Boolean>();
        Thread caller = Thread.ofPlatform().start(() -> {
            lock.lock();
            try {
                answer.complete(request.await(clock));
            } catch (Exception e) {
                answer.completeExceptionally(e);
            } finally {
                lock.unlock();
            }
            interruptKept.complete(Thread.currentThread().isInterrupted());
        });
        awaitState(caller, Thread.State.TIMED_WAITING);
        lock.lock();
        try {
            caller.interrupt();
            // It has noticed its interrupt and wants the lock back.
            awaitState(caller, Thread.State.WAITING);
            request.succeed("A", 0, 1);
        } finally {
            lock.unlock();
        }

        assertThat(answer.get().output()).isEqualTo("A");
        assertThat(interruptKept.get()).isTrue();
    }

    @Test
    void theFirstOutcomeStands() throws Exception {
        lock.lock();
        try {
            request.succeed("A", 0, 1);
            request.fail(new BatchException.Closed());

            assertThat(request.await(clock).output()).isEqualTo("A");
        } finally {
            lock.unlock();
        }
    }

    @Test
    void theFirstFailureStands() {
        lock.lock();
        try {
            request.fail(new BatchException.DeadlinePassed());
            request.fail(new BatchException.RunFailed(new IllegalStateException("the test fails this")));
            request.succeed("A", 0, 1);

            assertThatExceptionOfType(BatchException.DeadlinePassed.class).isThrownBy(() -> request.await(clock));
        } finally {
            lock.unlock();
        }
    }

    private static void awaitState(Thread thread, Thread.State state) {
        while (thread.getState() != state) {
            assertThat(thread.isAlive()).isTrue();
            Thread.onSpinWait();
        }
    }
}
