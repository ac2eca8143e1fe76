package dev.xception.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.bench.Comparison.LoadRounds;
import dev.xception.bench.Measurement.Part;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextReportTest {

    private static String compared(Measurement median, Measurement... rounds) {
        LoadRounds load = new LoadRounds(median, null, List.of(), null, List.of(), null, null, List.of(rounds));
        return TextReport.of(new Comparison.Result(null, null, List.of(load)));
    }

    @Test
    void theErrorsOfEveryRoundAreShown() {
        Measurement first = Measurements.of(9, new Errors(Map.of(503, 2L), 0, 1, 0, 0, 0, 0));
        Measurement median = Measurements.of(10);
        Measurement last = Measurements.of(11, new Errors(Map.of(500, 1L, 503, 3L), 4, 0, 5, 6, 0, 0));

        assertThat(compared(median, first, median, last))
                .contains("| 1 x 500, 5 x 503, 4 not accepted, 1 LOST, 5 hung up, 6 unsent |");
    }

    @Test
    void withoutErrorsThereAreNone() {
        Measurement only = Measurements.of(10);
        assertThat(compared(only, only)).contains("| none |");
    }

    @Test
    void aPercentileOfTooFewAnswersIsLeftOut() {
        Measurement few = Measurements.of(10, Measurements.latencies(999, 5), Measurements.NO_ERRORS);
        Measurement enough = Measurements.of(10, Measurements.latencies(1000, 5), Measurements.NO_ERRORS);

        assertThat(compared(few, few)).contains("|    5.00 |        - | none |");
        assertThat(compared(enough, enough)).contains("|    5.00 |     5.00 | none |");
    }

    @Test
    void aSoakShowsItsPercentilePartByPartAndWhetherItIsSteady() {
        List<Part> rising = IntStream.rangeClosed(1, 10)
                .mapToObj(i -> new Part(60.0 * i, Measurements.latencies(400 + i, 100 + 10 * i)))
                .toList();
        Measurement steady = Measurements.of(rising);

        String report = TextReport.of(
                new Soak.Result(Measurements.of(10), steady, Measurements.of(8), null, Soak.p99Trend(steady)));

        assertThat(report)
                .contains("|      8.00 |       0.800 |")
                .contains("part by part: 110 (401), 120 (402), 130 (403), ")
                .contains("p99: +10.00 ms/min, standard error 0.00: a trend");
    }

    @Test
    void aDrainThatFoundNothingAcceptedSaysSo() {
        Drain.Result tried = new Drain.Result(Map.of(200, 5L), 3, 2, 0, 143);
        Drain.Result untried = new Drain.Result(Map.of(200, 5L), 3, 0, 0, 143);

        assertThat(TextReport.of(List.of(tried, untried)))
                .contains("all in good order")
                .contains("at 1 of them nothing had been in flight for long enough");
        assertThat(TextReport.of(List.of(tried))).doesNotContain("in flight");
    }
}
