package dev.xception.batch;

import static dev.xception.batch.BatcherFixture.HOUR;
import static dev.xception.batch.BatcherFixture.MILLI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bound of the queue, deadlines, and callers that go away. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DynamicBatcherOverloadTest {

    private static final BatchPolicy POLICY = new BatchPolicy(4, Duration.ZERO, 8);

    @Test
    void refusesAtOnceWhenTheQueueIsFull() throws Exception {
        try (var fixture = new BatcherFixture(new BatchPolicy(2, Duration.ZERO, 2))) {
            fixture.occupySession();
            fixture.submitAll("a", "b");

            Caller refused = fixture.start("c", HOUR);

            assertThat(refused.failure()).isInstanceOf(BatchException.QueueFull.class);
            assertThat(fixture.released).isEmpty();
            fixture.freeSession();
            assertThat(fixture.session.serve()).containsExactly("a", "b");
        }
    }

    @Test
    void acceptsAgainWhenAPlaceIsFree() throws Exception {
        try (var fixture = new BatcherFixture(new BatchPolicy(1, Duration.ZERO, 1))) {
            fixture.occupySession();
            Caller gone = fixture.submit("gone", HOUR);
            gone.interrupt();
            gone.failure();

            fixture.submit("a", HOUR);

            fixture.freeSession();
            assertThat(fixture.session.serve()).containsExactly("a");
        }
    }

    @Test
    void doesNotRunWhatNobodyWaitsForAnyMore() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            fixture.occupySession();
            List<Caller> gone = List.of(fixture.submit("g1", () -> true), fixture.submit("g2", () -> true));
            fixture.submitAll("a", "b", "c");
            Caller alsoGone = fixture.submit("g3", () -> true);
            fixture.submit("d", () -> false);

            fixture.freeSession();

            assertThat(fixture.session.serve()).containsExactly("a", "b", "c", "d");
            assertThat(gone)
                    .allSatisfy(caller -> assertThat(caller.failure()).isInstanceOf(BatchException.CallerGone.class));
            assertThat(alsoGone.failure()).isInstanceOf(BatchException.CallerGone.class);
            assertThat(fixture.released).contains("g1", "g2", "g3");
        }
    }

    /** Each behind a run of two seconds. */
    private static void callersHangUpWhileTheyWait(BatcherFixture fixture) throws InterruptedException {
        for (int i = 0; i < 30; i++) {
            fixture.occupySession();
            Caller impatient = fixture.submit("impatient", () -> true);
            fixture.freeSession(Duration.ofSeconds(2));
            assertThat(impatient.failure()).isInstanceOf(BatchException.CallerGone.class);
        }
    }

    private static void assertOnlyOneMayWait(BatcherFixture fixture) throws InterruptedException {
        fixture.occupySession();
        fixture.submit("first in the queue", HOUR);

        assertThat(fixture.start("second in the queue", HOUR).failure()).isInstanceOf(BatchException.QueueFull.class);
    }

    @Test
    void refusesThoseWhoWouldHangUpBeforeTheirTurn() throws Exception {
        try (var fixture = new BatcherFixture(new BatchPolicy(1, Duration.ZERO, 64))) {
            callersHangUpWhileTheyWait(fixture);

            assertOnlyOneMayWait(fixture);
        }
    }

    @Test
    void learnsFromThoseWhoHangUpBeforeTheirInputIsReady() throws Exception {
        try (var fixture = new BatcherFixture(new BatchPolicy(1, Duration.ZERO, 64))) {
            Caller first = fixture.occupySession();
            fixture.freeSession(Duration.ofSeconds(2));
            first.answer();
            for (int i = 0; i < 30; i++) {
                try (var place = fixture.batcher.reserve(fixture.clock.in(HOUR))) {
                    fixture.clock.advance(Duration.ofSeconds(2));
                    place.abandon();
                }
            }

            assertOnlyOneMayWait(fixture);
        }
    }

    @Test
    void keepsRoomForABatchWhoeverLeaves() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            callersHangUpWhileTheyWait(fixture);
            fixture.occupySession();

            fixture.submitAll("a", "b", "c", "d");

            assertThat(fixture.start("e", HOUR).failure()).isInstanceOf(BatchException.QueueFull.class);
            fixture.freeSession();
            assertThat(fixture.session.serve()).containsExactly("a", "b", "c", "d");
        }
    }

    @Test
    void anInterruptedCallerIsNotAskedWhetherItIsGone() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            AtomicInteger asked = new AtomicInteger();
            Caller interrupted = fixture.submit("a", () -> asked.getAndIncrement() > 0);
            fixture.session.awaitRun();
            interrupted.interrupt();
            assertThat(interrupted.failure()).isInstanceOf(InterruptedException.class);

            fixture.session.finish(List.of("a"));
            fixture.submit("b", HOUR);
            fixture.session.awaitRun();

            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void learnsFromThoseWhoHangUpDuringTheirRun() throws Exception {
        try (var fixture = new BatcherFixture(new BatchPolicy(1, Duration.ZERO, 64))) {
            fixture.occupySession();
            List<Caller> impatient = IntStream.range(0, 30)
                    .mapToObj(_ -> {
                        AtomicInteger asked = new AtomicInteger();
                        return fixture.submit("impatient", () -> asked.getAndIncrement() > 0);
                    })
                    .toList();
            fixture.freeSession(Duration.ofSeconds(1));
            for (Caller caller : impatient) {
                fixture.session.awaitRun();
                fixture.clock.advance(Duration.ofSeconds(1));
                fixture.session.finish(List.of("impatient"));
                caller.answer();
            }

            fixture.occupySession();
            List<Caller> next = IntStream.range(0, 8)
                    .mapToObj(i -> fixture.submit("next " + i, HOUR))
                    .toList();

            assertThat(next.getLast().failure()).isInstanceOf(BatchException.QueueFull.class);
        }
    }

    @Test
    void runsWhatItCannotTellOfWhetherAnybodyWaits() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            fixture.occupySession();
            Caller doubtful = fixture.submit("a", () -> {
                throw new StackOverflowError("who knows");
            });

            fixture.freeSession();

            assertThat(fixture.session.serve()).containsExactly("a");
            assertThat(doubtful.answer().output()).isEqualTo("A");
        }
    }

    @Test
    void waitsOnWhenAllThatWaitedAreGone() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            fixture.occupySession();
            Caller gone = fixture.submit("gone", () -> true);
            fixture.freeSession();
            assertThat(gone.failure()).isInstanceOf(BatchException.CallerGone.class);

            Caller next = fixture.submit("next", HOUR);

            assertThat(fixture.session.serve()).containsExactly("next");
            assertThat(next.answer().output()).isEqualTo("NEXT");
        }
    }

    @Test
    void estimatesTheWaitFromTheMeasuredRate() throws Exception {
        try (var fixture = new BatcherFixture(new BatchPolicy(4, Duration.ZERO, 4))) {
            Caller first = fixture.occupySession();
            List<Caller> batch = fixture.submitAll("a", "b", "c", "d");
            assertThat(fixture.batcher.estimatedWait()).isZero();
            assertThat(fixture.batcher.retryAfter()).isEqualTo(Duration.ofSeconds(1));
            fixture.freeSession(Duration.ofMillis(400));
            first.answer();
            fixture.session.awaitRun();
            fixture.clock.advance(Duration.ofMillis(1600));
            fixture.session.finish(List.of("a", "b", "c", "d"));
            batch.getFirst().answer();

            fixture.occupySession();
            fixture.submitAll("e", "f", "g", "h");

            assertThat(fixture.batcher.estimatedWait()).isEqualTo(Duration.ofMillis(1600));
            assertThat(fixture.start("refused", HOUR).failure())
                    .isInstanceOfSatisfying(
                            BatchException.QueueFull.class,
                            full -> assertThat(full.retryAfter()).isEqualTo(Duration.ofSeconds(2)));
        }
    }

    @Test
    void refusesAtOnceWhoWouldBeLateInTheQueue() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            Caller first = fixture.occupySession();
            fixture.freeSession(Duration.ofMillis(100));
            first.answer();
            fixture.occupySession();
            fixture.submit("a", HOUR);

            // One runs and one waits, each for 100 ms, so the third is there after 300 ms, or 345 with the margin.
            Caller late = fixture.start("late", Duration.ofMillis(344));
            Caller inTime = fixture.submit("in time", Duration.ofMillis(346));

            assertThat(late.failure()).isInstanceOf(BatchException.QueueFull.class);
            fixture.freeSession();
            assertThat(fixture.session.serve()).containsExactly("a", "in time");
            assertThat(inTime.output()).isEqualTo("IN TIME");
        }
    }

    @Test
    void aFailedRunIsNotCountedAsRunningForEver() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            Caller first = fixture.occupySession();
            fixture.freeSession(Duration.ofMillis(100));
            first.answer();
            Caller failing = fixture.occupySession();
            fixture.session.end(List::of);
            failing.failure();
            fixture.occupySession();
            fixture.submit("a", HOUR);

            fixture.batcher.requireRoom(fixture.clock.in(Duration.ofMillis(346)));
        }
    }

    @Test
    void saysBeforehandWhetherItWouldRefuse() throws Exception {
        try (var fixture = new BatcherFixture(new BatchPolicy(1, Duration.ZERO, 1))) {
            fixture.occupySession();
            fixture.batcher.requireRoom(fixture.clock.in(HOUR));
            fixture.submit("a", HOUR);

            assertThatExceptionOfType(BatchException.QueueFull.class)
                    .isThrownBy(() -> fixture.batcher.requireRoom(fixture.clock.in(HOUR)));
            assertThat(fixture.batcher.queueDepth()).isEqualTo(1);
        }
    }

    @Test
    void whoPreparesAnInputHasAPlace() throws Exception {
        try (var fixture = new BatcherFixture(new BatchPolicy(1, Duration.ZERO, 1))) {
            fixture.occupySession();
            try (var place = fixture.batcher.reserve(fixture.clock.in(HOUR))) {
                assertThat(fixture.batcher.queueDepth()).isZero();
                assertThat(fixture.start("b", HOUR).failure()).isInstanceOf(BatchException.QueueFull.class);
                Caller a = new Caller(() -> place.submit("a", () -> false));
                a.awaitAccepted();
                fixture.freeSession();
                assertThat(fixture.session.serve()).containsExactly("a");
                assertThat(a.output()).isEqualTo("A");
            }
            fixture.submit("c", HOUR);
            assertThat(fixture.session.serve()).containsExactly("c");
        }
    }

    @Test
    void aPlaceThatIsNotUsedIsGivenBackOnce() throws Exception {
        try (var fixture = new BatcherFixture(new BatchPolicy(1, Duration.ZERO, 1))) {
            fixture.occupySession();
            var given = fixture.batcher.reserve(fixture.clock.in(HOUR));
            given.close();
            given.close();

            fixture.submit("a", HOUR);

            assertThat(fixture.start("b", HOUR).failure()).isInstanceOf(BatchException.QueueFull.class);
            assertThatIllegalStateException().isThrownBy(() -> given.submit("c", () -> false));
        }
    }

    @Test
    void whoPreparesAnInputIsCountedAmongThoseInFront() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            Caller first = fixture.occupySession();
            fixture.freeSession(Duration.ofMillis(100));
            first.answer();
            fixture.occupySession();
            try (var _ = fixture.batcher.reserve(fixture.clock.in(HOUR))) {
                assertThatExceptionOfType(BatchException.QueueFull.class)
                        .isThrownBy(() -> fixture.batcher.reserve(fixture.clock.in(Duration.ofMillis(344))));
                assertThat(fixture.batcher.estimatedWait()).isEqualTo(Duration.ofMillis(100));
            }
        }
    }

    @Test
    void refusesNobodyForLatenessWhileNobodyWaits() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            Caller first = fixture.occupySession();
            fixture.freeSession(Duration.ofMinutes(30));
            first.answer();

            fixture.submit("a", Duration.ofMinutes(1));

            assertThat(fixture.session.serve()).containsExactly("a");
        }
    }

    @Test
    void answersAtTheDeadlineWhileWaiting() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            fixture.occupySession();
            Caller late = fixture.submit("late", MILLI);
            fixture.clock.advance(MILLI);

            assertThat(late.failure()).isInstanceOf(BatchException.DeadlinePassed.class);
            assertThat(fixture.batcher.queueDepth()).isZero();
            assertThat(fixture.released).containsExactly("late");
            fixture.submit("next", HOUR);
            fixture.freeSession();
            assertThat(fixture.session.serve()).containsExactly("next");
        }
    }

    @Test
    void answersAtTheDeadlineWhileTheBatchRuns() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            Caller late = fixture.submit("late", MILLI);
            List<String> batch = fixture.session.awaitRun();
            fixture.clock.advance(MILLI);

            assertThat(late.failure()).isInstanceOf(BatchException.DeadlinePassed.class);
            assertThat(fixture.released).isEmpty();
            fixture.session.finish(batch);
            fixture.batcher.close();
            assertThat(fixture.released).containsExactly("late");
        }
    }

    @Test
    void runsNothingThatHasExpiredWhenTheBatchForms() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            fixture.occupySession();
            // Its caller sleeps for an hour of real time, so only the session's thread can see that it is late.
            Caller late = fixture.submit("late", HOUR);
            fixture.clock.advance(HOUR);
            fixture.submit("next", HOUR);
            fixture.freeSession();

            assertThat(fixture.session.serve()).containsExactly("next");
            assertThat(late.failure()).isInstanceOf(BatchException.DeadlinePassed.class);
        }
    }

    @Test
    void runsNothingThatCameTooLate() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            Caller late = fixture.start("late", Duration.ZERO);

            assertThat(late.failure()).isInstanceOf(BatchException.DeadlinePassed.class);
            fixture.submit("next", HOUR);
            assertThat(fixture.session.serve()).containsExactly("next");
        }
    }

    @Test
    void anInterruptedCallerLeavesTheQueue() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            fixture.occupySession();
            List<Caller> callers = fixture.submitAll("a", "gone", "c");
            callers.get(1).interrupt();

            assertThat(callers.get(1).failure()).isInstanceOf(InterruptedException.class);
            assertThat(fixture.released).containsExactly("gone");
            fixture.freeSession();
            assertThat(fixture.session.serve()).containsExactly("a", "c");
        }
    }

    @Test
    void aCallerInterruptedDuringTheRunDoesNotDisturbItsNeighbour() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            fixture.occupySession();
            List<Caller> callers = fixture.submitAll("gone", "b");
            fixture.freeSession();
            List<String> batch = fixture.session.awaitRun();
            callers.get(0).interrupt();

            assertThat(callers.get(0).failure()).isInstanceOf(InterruptedException.class);
            assertThat(fixture.released).containsExactly("first");
            fixture.session.finish(batch);
            assertThat(callers.get(1).output()).isEqualTo("B");
            assertThat(fixture.released).containsExactly("first", "gone", "b");
        }
    }
}
