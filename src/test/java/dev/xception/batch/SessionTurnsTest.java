package dev.xception.batch;

import static dev.xception.batch.BatcherFixture.HOUR;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two sessions that run beside each other, one that runs alone, and which of them gets what waits. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SessionTurnsTest {

    private static final BatchPolicy POLICY = new BatchPolicy(4, Duration.ZERO, 8);

    private final ManualClock clock = new ManualClock();
    private final GatedSession left = new GatedSession();
    private final GatedSession right = new GatedSession();
    private final GatedSession alone = new GatedSession();
    private final List<Caller> callers = new ArrayList<>();
    private DynamicBatcher<String, String> batcher = batcher(POLICY);

    private DynamicBatcher<String, String> batcher(BatchPolicy policy) {
        return new DynamicBatcher<>(
                "test", new Sessions<>(List.of(left, right), alone), policy, input -> {}, BatchListener.NONE, clock);
    }

    /** Also frees whatever a failed test has left waiting. */
    @AfterEach
    void close() {
        callers.forEach(Caller::interrupt);
        List.of(left, right, alone).forEach(GatedSession::abandon);
        batcher.close();
    }

    private Caller submit(String input, Duration time) {
        long deadlineNanos = clock.in(time);
        Caller caller = new Caller(() -> Submission.submit(batcher, input, deadlineNanos));
        callers.add(caller);
        caller.awaitAccepted();
        return caller;
    }

    /** Keeps the session that runs alone busy with "first", and lets "a" and "b" wait; gives the three callers. */
    private List<Caller> occupyAlone() throws InterruptedException {
        Caller first = submit("first", HOUR);
        alone.awaitRun();
        return List.of(first, submit("a", HOUR), submit("b", HOUR));
    }

    /** Waits until both sessions have their run; gives the one that runs "a". */
    private GatedSession awaitBoth() throws InterruptedException {
        GatedSession withA = left.awaitRun().contains("a") ? left : right;
        right.awaitRun();
        return withA;
    }

    private GatedSession other(GatedSession session) {
        return session == left ? right : left;
    }

    @Test
    void aLoneRequestRunsAlone() throws Exception {
        for (String input : List.of("a", "b")) {
            Caller caller = submit(input, HOUR);
            assertThat(alone.serve()).containsExactly(input);
            caller.answer();
        }
    }

    @Test
    void asManyAsThereAreSessionsRunBesideEachOtherOnceTheLoneRunHasEnded() throws Exception {
        List<Caller> occupying = occupyAlone();
        Caller a = occupying.get(1);
        Caller b = occupying.get(2);
        assertThat(batcher.queueDepth()).isEqualTo(2);

        alone.finish(List.of("first"));
        List<String> onTheLeft = left.awaitRun();
        List<String> onTheRight = right.awaitRun();
        left.finish(onTheLeft);
        right.finish(onTheRight);

        assertThat(onTheLeft).hasSize(1);
        assertThat(onTheRight).hasSize(1);
        assertThat(List.of(a.output(), b.output())).containsExactly("A", "B");
    }

    @Test
    void aFreeSessionTakesTheLastThatWaitsWhileAnotherRuns() throws Exception {
        occupyAlone();
        submit("c", HOUR);
        alone.finish(List.of("first"));
        GatedSession busy = awaitBoth();
        GatedSession free = other(busy);

        free.finish(List.of("b"));

        assertThat(free.serve()).containsExactly("c");
        busy.finish(List.of("a"));
    }

    @Test
    void onceOneHasFoundNothingALoneRequestWaitsForTheOthersAndRunsAlone() throws Exception {
        occupyAlone();
        alone.finish(List.of("first"));
        GatedSession busy = awaitBoth();
        other(busy).finish(List.of("b"));
        callers.getLast().answer();
        Caller c = submit("c", HOUR);
        assertThat(batcher.queueDepth()).isEqualTo(1);

        busy.finish(List.of("a"));

        assertThat(alone.serve()).containsExactly("c");
        c.answer();
    }

    @Test
    void whenTheLastOfThemHasEndedALoneRequestRunsAloneAgain() throws Exception {
        List<Caller> occupying = occupyAlone();
        Caller a = occupying.get(1);
        Caller b = occupying.get(2);
        alone.finish(List.of("first"));
        GatedSession one = awaitBoth();
        one.finish(List.of("a"));
        a.answer();
        other(one).finish(List.of("b"));
        b.answer();

        submit("c", HOUR);

        assertThat(alone.serve()).containsExactly("c");
    }

    @Test
    void aCallerWhoLeavesMakesItTheOthersTurn() throws Exception {
        Caller b = occupyAlone().getLast();
        b.interrupt();
        assertThat(b.failure()).isInstanceOf(InterruptedException.class);

        alone.finish(List.of("first"));

        assertThat(alone.serve()).containsExactly("a");
    }

    /** One for each core is all that the sessions would take at once. */
    @Test
    void nobodyWaitsForCompanyThatWouldRunElsewhere() throws Exception {
        batcher.close();
        batcher = batcher(new BatchPolicy(4, Duration.ofMinutes(1), 8));
        occupyAlone();

        alone.finish(List.of("first"));

        GatedSession one = awaitBoth();
        one.finish(List.of("a"));
        other(one).finish(List.of("b"));
    }

    @Test
    void aLoneRunThatFailsLeavesTheTurnToTheOthers() throws Exception {
        Caller first = occupyAlone().getFirst();

        alone.end(() -> {
            throw new IllegalStateException("the test throws this");
        });

        assertThat(first.failure()).isInstanceOf(BatchException.RunFailed.class);
        GatedSession one = awaitBoth();
        one.finish(List.of("a"));
        other(one).finish(List.of("b"));
    }

    @Test
    void closingAnswersWhatWaitsForAnyOfThem() throws Exception {
        occupyAlone();
        submit("c", HOUR);
        Thread closer = Thread.ofPlatform().start(batcher::close);
        while (closer.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }

        alone.finish(List.of("first"));
        GatedSession one = awaitBoth();
        one.finish(List.of("a"));
        assertThat(one.serve()).containsExactly("c");
        other(one).finish(List.of("b"));

        for (Caller caller : callers) {
            caller.answer();
        }
        closer.join();
    }

    @Test
    void knowsThatRunsBesideEachOtherShareTheTime() throws Exception {
        Caller a = occupyAlone().get(1);
        alone.end(() -> {
            throw new IllegalStateException("the test throws this, so that nothing has been measured");
        });
        GatedSession one = awaitBoth();
        for (String input : List.of("c", "d", "e")) {
            submit(input, HOUR);
        }

        clock.advance(Duration.ofSeconds(2));
        one.finish(List.of("a"));
        a.answer();
        one.awaitRun();

        assertThat(batcher.queueDepth()).isEqualTo(2);
        assertThat(batcher.estimatedWait()).isEqualTo(Duration.ofSeconds(2));
    }
}
