package dev.xception.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long RUN = SECOND / 10;
    private static final long FULL_QUEUE = 9 * SECOND;

    private final Patience patience = new Patience();

    private long now;

    /** One after the other, with the time of a run between them. */
    private void leave(int callers, long afterNanos) {
        for (int i = 0; i < callers; i++) {
            now += RUN;
            patience.callerLeft(now, afterNanos, RUN, FULL_QUEUE);
        }
    }

    @Test
    void isEndlessAsLongAsNobodyLeaves() {
        for (int i = 0; i < 100_000; i++) {
            patience.callerStayed();
        }
        assertThat(patience.nanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void fallsToHalfOfTheTimeAfterWhichAllLeave() {
        leave(100, 2 * SECOND);
        assertThat(patience.nanos()).isEqualTo(SECOND);
    }

    @Test
    void isLittleImpressedByOneWhoLeavesAtOnce() {
        leave(1, RUN);
        assertThat(patience.nanos()).isBetween(7 * SECOND, 8 * SECOND);
    }

    @Test
    void takesThoseWhoLeaveAtOnceForOneCaller() {
        for (int i = 0; i < 32; i++) {
            patience.callerLeft(now, 2 * SECOND, RUN, FULL_QUEUE);
        }
        assertThat(patience.nanos()).isBetween(7 * SECOND, 8 * SECOND);
    }

    @Test
    void learnsNothingFromThoseWhoHaveHardlyWaited() {
        leave(100, RUN - 1);
        assertThat(patience.nanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void learnsNothingBeforeTheFirstRun() {
        patience.callerLeft(now, SECOND, 0, 0);
        assertThat(patience.nanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void neverGrowsBecauseSomebodyLeft() {
        leave(100, 2 * SECOND);
        leave(1, 8 * SECOND);
        assertThat(patience.nanos()).isEqualTo(SECOND);
    }

    @Test
    void growsSlowlyWhereOthersHaveLeftAndFastBeyond() {
        leave(100, 2 * SECOND);
        int answers = 0;
        for (; patience.nanos() < 1.5 * SECOND; answers++) {
            patience.callerStayed();
        }
        assertThat(answers).isLessThan(10);
        for (; patience.nanos() < 2 * SECOND; answers++) {
            patience.callerStayed();
        }
        assertThat(answers).isBetween(100, 200);
        for (; patience.nanos() < FULL_QUEUE; answers++) {
            patience.callerStayed();
        }
        assertThat(answers).isLessThan(250);
    }

    @Test
    void recoversWhereOneInFiftyLeaves() {
        leave(100, 2 * SECOND);
        for (int i = 0; i < 100; i++) {
            for (int j = 0; j < 49; j++) {
                patience.callerStayed();
            }
            leave(1, RUN);
        }
        assertThat(patience.nanos()).isGreaterThan(FULL_QUEUE / 2);
    }
}
