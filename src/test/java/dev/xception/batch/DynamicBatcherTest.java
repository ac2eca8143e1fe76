package dev.xception.batch;

import static dev.xception.batch.BatcherFixture.HOUR;
import static dev.xception.batch.BatcherFixture.MILLI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DynamicBatcherTest {

    private static final BatchPolicy POLICY = new BatchPolicy(4, Duration.ZERO, 8);

    @Test
    void runsALoneRequestAtOnce() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            Caller a = fixture.submit("a", HOUR);

            assertThat(fixture.session.serve()).containsExactly("a");
            assertThat(a.output()).isEqualTo("A");
        }
    }

    @Test
    void answersEachCallerWithItsOwnResult() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            fixture.occupySession();
            List<Caller> callers = fixture.submitAll("a", "b", "c");
            fixture.freeSession();
            fixture.session.serve();

            assertThat(callers.get(0).output()).isEqualTo("A");
            assertThat(callers.get(1).output()).isEqualTo("B");
            assertThat(callers.get(2).output()).isEqualTo("C");
        }
    }

    @Test
    void batchesInOrderOfArrivalUpToTheMaxBatchSize() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            fixture.occupySession();
            fixture.submitAll("a", "b", "c", "d", "e", "f");
            fixture.freeSession();

            assertThat(fixture.session.serve()).containsExactly("a", "b", "c", "d");
            assertThat(fixture.session.serve()).containsExactly("e", "f");
        }
    }

    @Test
    void runsOneBatchPerSessionAtATime() throws Exception {
        var left = new GatedSession();
        var right = new GatedSession();
        var clock = new ManualClock();
        try (var batcher = new DynamicBatcher<String, String>(
                "test",
                new Sessions<>(List.of(left, right)),
                new BatchPolicy(1, Duration.ZERO, 8),
                input -> {},
                BatchListener.NONE,
                clock)) {
            var a = new Caller(() -> Submission.submit(batcher, "a", clock.in(HOUR)));
            var b = new Caller(() -> Submission.submit(batcher, "b", clock.in(HOUR)));

            List<String> onTheLeft = left.awaitRun();
            List<String> onTheRight = right.awaitRun();
            left.finish(onTheLeft);
            right.finish(onTheRight);

            assertThat(a.output()).isEqualTo("A");
            assertThat(b.output()).isEqualTo("B");
        }
    }

    @Test
    void countsTheQueueDelayFromTheOldestRequest() throws Exception {
        try (var fixture = new BatcherFixture(new BatchPolicy(4, MILLI, 8))) {
            fixture.submit("a", HOUR);
            fixture.clock.advance(MILLI.dividedBy(2));
            fixture.submit("b", HOUR);
            fixture.clock.advance(MILLI.dividedBy(2));

            assertThat(fixture.session.serve()).containsExactly("a", "b");
        }
    }

    @Test
    void doesNotDelayAFullBatch() throws Exception {
        try (var fixture = new BatcherFixture(new BatchPolicy(2, MILLI, 8))) {
            fixture.submitAll("a", "b");

            assertThat(fixture.session.serve()).containsExactly("a", "b");
        }
    }

    @Test
    void doesNotDelayARequestThatWouldBeLateAfterwards() throws Exception {
        try (var fixture = new BatcherFixture(new BatchPolicy(4, Duration.ofMinutes(1), 8))) {
            fixture.submit("patient", HOUR);
            fixture.submit("hurried", Duration.ofSeconds(59));

            assertThat(fixture.session.serve()).containsExactly("patient", "hurried");
        }
    }

    @Test
    void leavesARunItsTimeBehindTheDelay() throws Exception {
        try (var fixture = new BatcherFixture(new BatchPolicy(4, Duration.ofMinutes(1), 8))) {
            fixture.submit("first", Duration.ofSeconds(59));
            fixture.session.awaitRun();
            fixture.freeSession(Duration.ofSeconds(20));
            fixture.submit("a", Duration.ofSeconds(80));

            assertThat(fixture.session.serve()).containsExactly("a");
        }
    }

    @Test
    void tellsTheCallerWhereItsTimeWent() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            fixture.occupySession();
            Caller a = fixture.submit("a", HOUR);
            fixture.submit("b", HOUR);
            fixture.freeSession(Duration.ofMillis(30));
            List<String> batch = fixture.session.awaitRun();
            fixture.clock.advance(Duration.ofMillis(12));
            fixture.session.finish(batch);

            assertThat(a.answer()).isEqualTo(new Answer<>("A", 30_000_000, 12_000_000, 2));
        }
    }

    @Test
    void releasesTheInputBeforeTheAnswer() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            Caller a = fixture.submit("a", HOUR);
            fixture.session.serve();
            a.answer();

            assertThat(fixture.released).containsExactly("a");
        }
    }

    static Stream<Arguments> badEndings() {
        return Stream.of(
                badEnding("an exception", "device lost", () -> {
                    throw new IllegalArgumentException("device lost");
                }),
                badEnding("an error", "no native code", () -> {
                    throw new UnsatisfiedLinkError("no native code");
                }),
                badEnding("too few results", "1 results for a batch of 2", () -> List.of("A")),
                badEnding("too many results", "3 results for a batch of 2", () -> List.of("A", "B", "C")),
                badEnding("a null result", "a null result in a batch of 2", () -> Arrays.asList("A", null)),
                badEnding("no list", "null for a batch of 2", () -> null));
    }

    private static Arguments badEnding(String name, String message, Callable<List<String>> ending) {
        return Arguments.argumentSet(name, message, ending);
    }

    @ParameterizedTest
    @MethodSource("badEndings")
    void aFailedRunAnswersItsCallersAndTheNextOneRuns(String message, Callable<List<String>> ending) throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            fixture.occupySession();
            List<Caller> callers = fixture.submitAll("a", "b");
            fixture.freeSession();
            fixture.session.awaitRun();
            fixture.session.end(ending);

            for (Caller caller : callers) {
                assertThat(caller.failure())
                        .isInstanceOf(BatchException.RunFailed.class)
                        .hasMessageContaining(message)
                        .hasCauseInstanceOf(Throwable.class);
            }
            assertThat(fixture.released).containsExactly("first", "a", "b");
            Caller next = fixture.submit("next", HOUR);
            assertThat(fixture.session.serve()).containsExactly("next");
            assertThat(next.output()).isEqualTo("NEXT");
        }
    }

    @Test
    void aRunThatLeavesAnInterruptBehindDoesNotStopItsThread() throws Exception {
        try (var fixture = new BatcherFixture(POLICY)) {
            Caller a = fixture.submit("a", HOUR);
            fixture.session.end(() -> {
                Thread.currentThread().interrupt();
                return List.of("A");
            });
            assertThat(a.output()).isEqualTo("A");
            fixture.session.awaitRun();

            fixture.submit("b", HOUR);

            assertThat(fixture.session.serve()).containsExactly("b");
        }
    }

    @Test
    void aThrowingReleaseFailsNoRequest() throws Exception {
        var session = new GatedSession();
        var clock = new ManualClock();
        try (var batcher = new DynamicBatcher<String, String>(
                "test",
                new Sessions<>(List.of(session)),
                POLICY,
                input -> {
                    throw new IllegalStateException("the test throws this");
                },
                BatchListener.NONE,
                clock)) {
            var a = new Caller(() -> Submission.submit(batcher, "a", clock.in(HOUR)));
            session.serve();
            assertThat(a.output()).isEqualTo("A");
            var late = new Caller(() -> Submission.submit(batcher, "late", clock.getAsLong()));
            assertThat(late.failure()).isInstanceOf(BatchException.DeadlinePassed.class);
            var b = new Caller(() -> Submission.submit(batcher, "b", clock.in(HOUR)));
            session.serve();
            assertThat(b.output()).isEqualTo("B");
        }
    }

    @Test
    void needsASession() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Sessions<String, String>(List.of()))
                .withMessageContaining("session");
    }
}
