package dev.xception.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.xception.bench.Outcome.Answered;
import dev.xception.bench.Outcome.Lost;
import dev.xception.bench.Outcome.NotAccepted;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LoadRecorderTest {

    private static final long SECOND = 1_000_000_000;
    private static final long MILLI = 1_000_000;
    private static final Percentage HISTOGRAM = Percentage.withPercentage(0.2);

    private final LoadRecorder recorder = new LoadRecorder(10 * SECOND, 20 * SECOND, Duration.ofMillis(500));

    private void ok(long intended, long sent, long answered) {
        recorder.record(intended, sent, answered, new Answered(200, Map.of()));
    }

    @Test
    void latencyCountsFromTheMomentTheRequestWasDue() {
        ok(11 * SECOND, 11 * SECOND + 900 * MILLI, 12 * SECOND);
        assertThat(recorder.latency().p50()).isCloseTo(1000, HISTOGRAM);
    }

    @Test
    void theDeadlineCountsFromTheMomentTheRequestWasSent() {
        ok(11 * SECOND, 11 * SECOND + 900 * MILLI, 12 * SECOND);
        assertThat(recorder.errors(0).afterDeadline()).isZero();
        ok(11 * SECOND, 11 * SECOND, 11 * SECOND + 700 * MILLI);
        assertThat(recorder.errors(0).afterDeadline()).isEqualTo(1);
        assertThat(recorder.errors(0).latestMillis()).isCloseTo(200, within(1e-6));
    }

    @Test
    void throughputCountsTheAnswersThatCameWithinTheWindow() {
        ok(9 * SECOND, 10 * SECOND - 2, 10 * SECOND - 1);
        ok(9 * SECOND, 10 * SECOND - 1, 10 * SECOND);
        ok(15 * SECOND, 16 * SECOND - 1, 16 * SECOND);
        ok(19 * SECOND, 20 * SECOND - 1, 20 * SECOND);
        assertThat(recorder.throughput()).isEqualTo(2 / 10.0);
    }

    @Test
    void anAnswerAfterItsDeadlineIsNotGood() {
        ok(11 * SECOND, 11 * SECOND, 11 * SECOND + 500 * MILLI);
        ok(12 * SECOND, 12 * SECOND, 12 * SECOND + 501 * MILLI);
        assertThat(recorder.throughput()).isEqualTo(1 / 10.0);
        assertThat(recorder.interval().getTotalCount()).isEqualTo(1);
        assertThat(recorder.errors(0).afterDeadline()).isEqualTo(1);
        assertThat(recorder.latency().count()).isEqualTo(2);
    }

    @Test
    void theFirstSecondsAreCountedOneByOne() {
        for (long answered : new long[] {9_999, 10_000, 10_999, 11_000, 14_999, 15_000}) {
            ok(answered * MILLI, answered * MILLI, answered * MILLI);
        }
        assertThat(recorder.firstSeconds()).containsExactly(2L, 1L, 0L, 0L, 1L);
    }

    @Test
    void theLastOutcomeMayComeAfterTheWindow() {
        ok(19 * SECOND, 19 * SECOND, 19 * SECOND + 500 * MILLI);
        assertThat(recorder.secondsAfter()).isZero();
        recorder.record(19 * SECOND, 19 * SECOND, 21 * SECOND, new Answered(504, Map.of()));
        assertThat(recorder.secondsAfter()).isEqualTo(1);
    }

    @Test
    void latenciesAreThoseOfTheRequestsThatWereDueWithinTheWindow() {
        ok(9 * SECOND, 9 * SECOND, 15 * SECOND);
        ok(15 * SECOND, 15 * SECOND, 16 * SECOND);
        ok(19 * SECOND, 19 * SECOND, 21 * SECOND);
        assertThat(recorder.latency().count()).isEqualTo(2);
        assertThat(recorder.latency().max()).isCloseTo(2000, HISTOGRAM);
    }

    @Test
    void errorsAreCountedByStatusAndKeptOutOfTheLatencies() {
        for (int status : new int[] {503, 503, 504, 500}) {
            recorder.record(11 * SECOND, 11 * SECOND, 12 * SECOND, new Answered(status, Map.of()));
        }
        recorder.record(11 * SECOND, 11 * SECOND, 12 * SECOND, new NotAccepted());
        Errors errors = recorder.errors(7);
        assertThat(errors.byStatus()).isEqualTo(Map.of(500, 1L, 503, 2L, 504, 1L));
        assertThat(errors.status(503)).isEqualTo(2);
        assertThat(errors.status(404)).isZero();
        assertThat(errors.notAccepted()).isEqualTo(1);
        assertThat(errors.unsent()).isEqualTo(7);
        assertThat(recorder.refusals().count()).isEqualTo(2);
        assertThat(recorder.latency().count()).isZero();
        assertThat(recorder.throughput()).isZero();
    }

    @Test
    void aLossCountsAlsoBeforeTheWindow() {
        recorder.record(SECOND, SECOND, 2 * SECOND, new Lost());
        assertThat(recorder.errors(0).lost()).isEqualTo(1);
    }

    @Test
    void theServersStagesAreThoseOfGoodAnswers() {
        recorder.record(11 * SECOND, 11 * SECOND, 12 * SECOND, new Answered(200, Map.of("decode", 2.0)));
        recorder.record(11 * SECOND, 11 * SECOND, 12 * SECOND, new Answered(200, Map.of("decode", 4.0)));
        recorder.record(11 * SECOND, 11 * SECOND, 12 * SECOND, new Answered(503, Map.of("decode", 90.0)));
        assertThat(recorder.stages().get("decode").mean()).isCloseTo(3, HISTOGRAM);
    }

    @Test
    void eachIntervalHasItsOwnAnswers() {
        ok(11 * SECOND, 12 * SECOND - 1, 12 * SECOND);
        assertThat(recorder.interval().getTotalCount()).isEqualTo(1);
        assertThat(recorder.interval().getTotalCount()).isZero();
    }
}
