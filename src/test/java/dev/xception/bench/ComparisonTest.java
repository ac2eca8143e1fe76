package dev.xception.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.bench.Comparison.Baseline;
import dev.xception.bench.Comparison.LoadRounds;
import dev.xception.bench.Comparison.Schedule;
import dev.xception.bench.Load.Closed;
import dev.xception.bench.Load.Open;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ComparisonTest {

    private static final Schedule SHORT = new Schedule(3, Duration.ofMillis(10), Duration.ofMillis(50));

    @Test
    void ceilingAndServerTakeTurnsAndNeverRunTogether() {
        List<String> progress = new ArrayList<>();
        AtomicInteger atServer = new AtomicInteger();
        AtomicBoolean together = new AtomicBoolean();
        IntFunction<Ceiling.Session> session = millis -> pictures -> {
            if (atServer.get() > 0) {
                together.set(true);
            }
            LockSupport.parkNanos(millis * 1_000_000L);
        };
        // So much slower that a machine that stalls meanwhile does not make it the fastest way.
        Ceiling.Way slow = way(session.apply(20));
        Ceiling.Way fast = way(session.apply(1), session.apply(1));
        try (Loopback server = new Loopback(n -> {
            atServer.incrementAndGet();
            LockSupport.parkNanos(1_000_000);
            atServer.decrementAndGet();
            return 200;
        })) {
            Comparison.Result result = new Comparison(
                            new LoadGenerator(Loopback.PICTURES, null),
                            server.target(),
                            List.of(slow, fast),
                            new Baseline("fp16", List.of(slow)),
                            progress::add)
                    .run(List.of(new Closed(2), new Open(50, 10), new Closed(1)), SHORT);

            assertThat(progress)
                    .startsWith(
                            "ceiling, trial 1 of 3: 1 session, batches of 1",
                            "ceiling, trial 1 of 3: 2 sessions, batches of 1",
                            "ceiling, trial 2 of 3: 1 session, batches of 1",
                            "ceiling, trial 2 of 3: 2 sessions, batches of 1",
                            "ceiling, trial 3 of 3: 1 session, batches of 1",
                            "ceiling, trial 3 of 3: 2 sessions, batches of 1",
                            "round 1 of 3: ceiling",
                            "round 1 of 3: ceiling, one picture at a time",
                            "round 1 of 3: fp16 ceiling",
                            "round 1 of 3: closed, 2 at a time",
                            "round 1 of 3: open, 50.0/s",
                            "round 1 of 3: closed, 1 at a time",
                            "round 2 of 3: ceiling");
            assertThat(together).isFalse();
            assertThat(result.ceiling().rounds())
                    .hasSize(3)
                    .extracting(Ceiling.Result::sessions)
                    .containsOnly(2);
            assertThat(result.ceiling().single().sessions()).isEqualTo(1);
            assertThat(result.ceiling().ways())
                    .hasSize(2)
                    .allSatisfy(way -> assertThat(way.throughputs()).hasSize(3).contains(way.throughput()));
            assertThat(result.baseline().ways()).isEmpty();
            assertThat(result.loads())
                    .extracting(load -> load.addedMillis() == null)
                    .containsExactly(true, true, false);
            assertThat(result.baseline().rounds())
                    .hasSize(3)
                    .contains(result.baseline().median());
            assertThat(result.loads()).allSatisfy(load -> {
                assertThat(load.rounds()).hasSize(3).contains(load.median());
                assertThat(load.ratios()).hasSize(3).contains(load.ratio());
                for (int round = 0; round < 3; round++) {
                    double throughput = load.rounds().get(round).throughput();
                    assertThat(load.baselineRatios().get(round))
                            .isEqualTo(throughput
                                    / result.baseline().rounds().get(round).throughput());
                }
                assertThat(load.baselineRatio())
                        .isEqualTo(
                                load.baselineRatios().stream().sorted().toList().get(1));
            });
        }
    }

    private static Ceiling.Way way(Ceiling.Session... sessions) {
        return new Ceiling.Way(new Ceiling(List.of(sessions), List.of(ByteBuffer.allocate(1))), 1);
    }

    /** The first way, else by far the fastest, stalls in one trial of three. */
    @Test
    void oneTrialInAStallDoesNotDecideWhichWayIsTheFastest() {
        AtomicInteger trial = new AtomicInteger();
        Ceiling.Way fast = way(pictures -> LockSupport.parkNanos(trial.get() == 1 ? 200_000_000 : 1_000_000));
        Ceiling.Way slow = way(pictures -> LockSupport.parkNanos(20_000_000));

        FastestWay fastest = FastestWay.of("ceiling", List.of(fast, slow), SHORT, line -> trial.incrementAndGet());

        assertThat(fastest.way()).isSameAs(fast);
        assertThat(fastest.trials().getFirst().throughputs().getFirst())
                .isLessThan(fastest.trials().getLast().throughput());
    }

    @Test
    void withoutACeilingThereIsNoRatio() {
        try (Loopback server = new Loopback(n -> 200)) {
            LoadRounds load = new Comparison(
                            new LoadGenerator(Loopback.PICTURES, null), server.target(), List.of(), null, line -> {})
                    .run(List.of(new Closed(1)), new Schedule(1, Duration.ZERO, Duration.ofMillis(50)))
                    .loads()
                    .getFirst();
            assertThat(load.ratio()).isNull();
            assertThat(load.ratios()).isEmpty();
            assertThat(load.baselineRatio()).isNull();
            assertThat(load.baselineRatios()).isEmpty();
            assertThat(load.addedMillis()).isNull();
        }
    }

    @Test
    void aLoneCallersLatencyStandsBesideTheRunInTheServer() {
        try (Loopback server = new Loopback(n -> 200)) {
            List<LoadRounds> loads = new Comparison(
                            new LoadGenerator(Loopback.PICTURES, null), server.target(), List.of(), null, line -> {})
                    .run(
                            List.of(new Closed(1), new Closed(2)),
                            new Schedule(3, Duration.ofMillis(200), Duration.ofMillis(300)))
                    .loads();
            List<Double> differences = loads.getFirst().rounds().stream()
                    .map(round -> round.latency().p50()
                            - round.stages().get("inference").p50())
                    .sorted()
                    .toList();
            assertThat(loads.getFirst().aroundRunMillis()).isEqualTo(differences.get(1));
            assertThat(loads.getLast().aroundRunMillis()).isNull();
        }
    }

    @Test
    void whatIsWarmSettlesForThreeSecondsAtMost() {
        Duration second = Duration.ofSeconds(1);
        assertThat(new Schedule(1, Duration.ofMinutes(1), second).settling()).isEqualTo(Duration.ofSeconds(3));
        assertThat(new Schedule(1, second, second).settling()).isEqualTo(second);
    }

    @Test
    void theMedianIsAValueThatWasMeasured() {
        assertThat(Comparison.median(3, 1, 2)).isEqualTo(2);
        assertThat(Comparison.median(4, 1, 3, 2)).isEqualTo(2);
        assertThat(Comparison.median(5)).isEqualTo(5);
    }
}
