package dev.xception.batch;

import static dev.xception.batch.BatcherFixture.HOUR;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BatchListenerTest {

    private static final BatchPolicy POLICY = new BatchPolicy(2, Duration.ZERO, 2);

    private final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
    private boolean throwing;

    /** Notes every event, then throws if it is told to. */
    private final BatchListener listener = new BatchListener() {
        @Override
        public void rejected(BatchException reason) {
            note("rejected " + reason.getClass().getSimpleName());
        }

        @Override
        public void expired() {
            note("expired");
        }

        @Override
        public void cancelled() {
            note("cancelled");
        }

        @Override
        public void batchFormed(long[] queueNanos) {
            note("batchFormed " + Arrays.toString(queueNanos));
        }

        @Override
        public void runFinished(int batchSize, long runNanos) {
            note("runFinished " + batchSize + " " + runNanos);
        }

        @Override
        public void runFailed(int batchSize, long runNanos, Throwable cause) {
            note("runFailed " + batchSize + " " + runNanos + " " + cause.getMessage());
        }

        private void note(String event) {
            events.add(event);
            if (throwing) {
                throw new IllegalStateException("the test throws this");
            }
        }
    };

    @Test
    void isToldOfEveryEvent() throws Exception {
        playEveryEvent();
    }

    @Test
    void failsNoRequestByThrowing() throws Exception {
        throwing = true;
        playEveryEvent();
    }

    private void playEveryEvent() throws Exception {
        try (var fixture = new BatcherFixture(POLICY, listener)) {
            Caller first = fixture.occupySession();
            Caller failing = fixture.submit("failing", HOUR);
            Caller cancelled = fixture.submit("cancelled", HOUR);
            Caller refused = fixture.start("refused", HOUR);
            assertThat(refused.failure()).isInstanceOf(BatchException.QueueFull.class);
            cancelled.interrupt();
            assertThat(cancelled.failure()).isInstanceOf(InterruptedException.class);
            fixture.freeSession(Duration.ofMillis(5));
            assertThat(first.output()).isEqualTo("FIRST");
            fixture.session.awaitRun();
            fixture.session.end(() -> {
                throw new IllegalStateException("device lost");
            });
            assertThat(failing.failure()).isInstanceOf(BatchException.RunFailed.class);
            Caller late = fixture.start("late", Duration.ZERO);
            assertThat(late.failure()).isInstanceOf(BatchException.DeadlinePassed.class);
        }
        assertThat(events)
                .containsExactlyElementsOf(List.of(
                        "batchFormed [0]",
                        "rejected QueueFull",
                        "cancelled",
                        "runFinished 1 5000000",
                        "batchFormed [5000000]",
                        "runFailed 1 0 device lost",
                        "expired"));
    }
}
