package dev.xception.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.xception.bench.Comparison.Schedule;
import dev.xception.bench.Load.Closed;
import dev.xception.bench.Measurement.Moment;
import dev.xception.bench.Overload.RecoveryStart;
import dev.xception.bench.Overload.Round;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OverloadTest {

    @Test
    void peakAndOverloadTakeTurns() {
        List<String> progress = new ArrayList<>();
        Semaphore rooms = new Semaphore(2);
        try (Loopback server = new Loopback(n -> answerOrRefuse(rooms))) {
            Overload.Result result = Overload.run(
                    new LoadGenerator(Loopback.PICTURES, null),
                    server.target(),
                    server.target().withTimeout(Duration.ofSeconds(2)),
                    new Closed(2),
                    10,
                    new Schedule(2, Duration.ofMillis(500), Duration.ofMillis(500)),
                    progress::add);

            assertThat(progress)
                    .hasSize(5)
                    .satisfiesExactly(
                            line -> assertThat(line).isEqualTo("peak: closed, 2 at a time"),
                            line -> assertThat(line).startsWith("round 1 of 2: overload: open, "),
                            line -> assertThat(line).isEqualTo("round 1 of 2: recovery: closed, 2 at a time"),
                            line -> assertThat(line).startsWith("round 2 of 2: overload: open, "),
                            line -> assertThat(line).isEqualTo("round 2 of 2: recovery: closed, 2 at a time"));
            assertThat(result.rounds()).hasSize(2).contains(result.median());
            assertThat(result.rounds().getLast().peak())
                    .isSameAs(result.rounds().getFirst().recovered());
            assertThat(result.rounds()).allSatisfy(round -> {
                assertThat(round.overloaded().refusals().count()).isPositive();
                assertThat(round.goodput()).isPositive();
            });
        }
    }

    private static int answerOrRefuse(Semaphore rooms) {
        if (!rooms.tryAcquire()) {
            return 503;
        }
        LockSupport.parkNanos(5_000_000);
        rooms.release();
        return 200;
    }

    @Test
    void goodputIsAShareOfTheMeanOfBothPeaksAndOfTheFirst() {
        Round round = Round.of(Measurements.of(10), Measurements.of(9), Measurements.of(8));

        assertThat(round.goodput()).isCloseTo(1, within(1e-12));
        assertThat(round.goodputOfPeak()).isCloseTo(0.9, within(1e-12));
        assertThat(round.recovery()).isCloseTo(0.8, within(1e-12));
    }

    @Test
    void bothGoodputsHaveAMedianOfTheirOwn() {
        Overload.Result result = Overload.Result.of(
                10,
                List.of(
                        Round.of(Measurements.of(10), Measurements.of(7), Measurements.of(10)),
                        Round.of(Measurements.of(10), Measurements.of(8), Measurements.of(5)),
                        Round.of(Measurements.of(10), Measurements.of(9), Measurements.of(10))));

        assertThat(result.median()).isSameAs(result.rounds().getLast());
        assertThat(result.goodputOfPeak()).isCloseTo(0.8, within(1e-12));
    }

    @Test
    void aDeadSecondRightAfterTheOverloadIsSeen() {
        Measurement recovered = Measurements.of(9.8, 60, List.of(0L, 5L, 10L, 11L, 12L), 0);
        Measurement overloaded = Measurements.of(9, 60, List.of(9L, 9L, 9L, 9L, 9L), 1.5);

        RecoveryStart start =
                Round.of(Measurements.of(10), overloaded, recovered).recoveryStart();

        assertThat(start.afterOverload()).isEqualTo(1.5);
        assertThat(start.second1()).isZero();
        assertThat(start.second2()).isCloseTo(0.5, within(1e-12));
        assertThat(start.seconds3to5()).isCloseTo(1.1, within(1e-12));
    }

    @Test
    void whatWasMeasuredForLessThanFiveSecondsHasNoFirstFive() {
        Measurement recovered = Measurements.of(10, 4, List.of(10L, 10L, 10L, 10L, 0L), 0);

        assertThat(Round.of(Measurements.of(10), Measurements.of(9), recovered).recoveryStart())
                .isNull();
    }

    @Test
    void memoryGrowthIsTheLargestDistanceFromTheSettledValue() {
        List<Moment> timeline = List.of(
                new Moment(5, 1, 1, 10),
                new Moment(10, 1, 1, 100),
                new Moment(15, 1, 1, 97),
                new Moment(20, 1, 1, 102));
        assertThat(Overload.residentGrowth(timeline, 10)).isCloseTo(0.03, within(1e-12));
        assertThat(Overload.residentGrowth(List.of(), 10)).isNull();
    }
}
