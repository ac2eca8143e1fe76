package dev.xception.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long FULL_QUEUE = 9 * SECOND;

    private final Patience patience = new Patience();

    private void leave(int callers, long afterNanos) {
        for (int i = 0; i < callers; i++) {
            patience.callerLeft(afterNanos, FULL_QUEUE);
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
        leave(1, SECOND / 1000);
        assertThat(patience.nanos()).isBetween(7 * SECOND, 8 * SECOND);
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
            leave(1, SECOND / 1000);
        }
        assertThat(patience.nanos()).isGreaterThan(FULL_QUEUE / 2);
    }
}
