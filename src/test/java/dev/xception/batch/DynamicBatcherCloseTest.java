package dev.xception.batch;

import static dev.xception.batch.BatcherFixture.HOUR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DynamicBatcherCloseTest {

    private static final BatchPolicy POLICY = new BatchPolicy(1, Duration.ZERO, 8);

    @Test
    void answersWhatWasAcceptedAndRefusesTheRest() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            Caller first = fixture.occupySession();
            List<Caller> waiting = fixture.submitAll("a", "b");
            Thread closer = Thread.ofPlatform().start(fixture.batcher::close);
            awaitJoining(closer);

            assertThat(fixture.start("refused", HOUR).failure()).isInstanceOf(BatchException.Closed.class);
            assertThatExceptionOfType(BatchException.Closed.class)
                    .isThrownBy(() -> fixture.batcher.requireRoom(fixture.clock.in(HOUR)));
            fixture.freeSession();
            assertThat(first.output()).isEqualTo("FIRST");
            assertThat(fixture.session.serve()).containsExactly("a");
            assertThat(fixture.session.serve()).containsExactly("b");
            assertThat(waiting.get(0).output()).isEqualTo("A");
            assertThat(waiting.get(1).output()).isEqualTo("B");
            closer.join();
            assertThat(fixture.released).containsExactly("first", "a", "b");
        }
    }

    @Test
    void refusesAnInputThatIsReadyTooLate() throws Exception {
        try (var fixture = new BatcherFixture(POLICY);
                var place = fixture.batcher.reserve(fixture.clock.in(HOUR))) {
            fixture.batcher.close();

            assertThatExceptionOfType(BatchException.Closed.class).isThrownBy(() -> place.submit("late", () -> false));
            assertThat(fixture.released).containsExactly("late");
        }
    }

    @Test
    void returnsOnlyWhenTheLastRunHasEnded() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            fixture.occupySession();
            Thread closer = Thread.ofPlatform().start(fixture.batcher::close);

            // Fails if the closer ends, which it may only once the run has.
            awaitJoining(closer);

            fixture.freeSession();
            closer.join();
        }
    }

    @Test
    void runsAtOnceWhatStillWaitsForCompany() throws Exception {
        try (var fixture = new BatcherFixture(new BatchPolicy(4, Duration.ofMinutes(1), 8))) {
            Caller a = fixture.submit("a", HOUR);
            fixture.session.finish(List.of("a"));

            fixture.batcher.close();

            assertThat(a.output()).isEqualTo("A");
        }
    }

    @Test
    void aSecondCloseDoesNothing() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            Caller a = fixture.submit("a", HOUR);
            fixture.session.serve();

            fixture.batcher.close();
            fixture.batcher.close();

            assertThat(a.output()).isEqualTo("A");
            assertThat(fixture.start("refused", HOUR).failure()).isInstanceOf(BatchException.Closed.class);
        }
    }

    @Test
    void waitsForTheRunEvenIfInterrupted() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            Caller first = fixture.occupySession();
            var interruptKept = new CompletableFuture<Boolean>();
            Thread closer = Thread.ofPlatform().start(() -> {
                fixture.batcher.close();
                interruptKept.complete(Thread.currentThread().isInterrupted());
            });
            awaitJoining(closer);
            closer.interrupt();
            while (closer.isInterrupted()) {
                Thread.onSpinWait();
            }
            awaitJoining(closer);

            fixture.freeSession();

            assertThat(interruptKept.get()).isTrue();
            assertThat(first.output()).isEqualTo("FIRST");
        }
    }

    /** Waits until the closing thread waits for the session's thread. */
    private static void awaitJoining(Thread closer) {
        while (closer.getState() != Thread.State.WAITING) {
            assertThat(closer.isAlive()).isTrue();
            Thread.onSpinWait();
        }
    }
}
