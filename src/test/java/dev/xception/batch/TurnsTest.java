package dev.xception.batch;

import static dev.xception.batch.Turns.Kind.ALONE;
import static dev.xception.batch.Turns.Kind.BESIDE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private static final BatchFunction<String, String> NOTHING = batch -> batch;

    private final Turns turns = turns(NOTHING);

    private static Turns turns(@Nullable BatchFunction<String, String> alone) {
        return new Turns(new Sessions<>(Collections.nCopies(3, NOTHING), alone), 64);
    }

    @Test
    void nobodyTakesNothing() {
        assertThat(turns.mayTake(ALONE, 0)).isFalse();
        assertThat(turns.mayTake(BESIDE, 0)).isFalse();
        assertThat(turns(null).mayTake(BESIDE, 0)).isFalse();
    }

    @Test
    void fewerThanThereAreSessionsAreForTheOneThatRunsAlone() {
        for (int waiting = 1; waiting <= 4; waiting++) {
            assertThat(turns.mayTake(ALONE, waiting)).isEqualTo(waiting < 3);
            assertThat(turns.mayTake(BESIDE, waiting)).isEqualTo(waiting >= 3);
        }
    }

    /** Otherwise on more cores than places no session would ever run beside another. */
    @Test
    void halfAQueueIsManyWhereItHasFewerPlacesThanThereAreSessions() {
        Turns few = new Turns(new Sessions<>(Collections.nCopies(100, NOTHING), NOTHING), 64);
        assertThat(few.mayTake(ALONE, 31)).isTrue();
        assertThat(few.mayTake(BESIDE, 31)).isFalse();
        assertThat(few.mayTake(ALONE, 32)).isFalse();
        assertThat(few.mayTake(BESIDE, 32)).isTrue();
    }

    @Test
    void thoseGatherWhoGoIntoOneRun() {
        assertThat(turns.mostThatGather(8)).isEqualTo(2);
        assertThat(turns.mostThatGather(1)).isEqualTo(1);
        assertThat(turns(null).mostThatGather(8)).isEqualTo(8);
    }

    @Test
    void soManyAreEnoughAsAllSessionsTogetherTake() {
        assertThat(turns.enough(8)).isEqualTo(3);
        assertThat(turns(null).enough(8)).isEqualTo(24);
        assertThat(turns(null).enough(50)).isEqualTo(64);
    }

    @Test
    void nobodyRunsWhileOneRunsAlone() {
        turns.started(ALONE);

        assertThat(turns.mayTake(BESIDE, 8)).isFalse();

        turns.ended(ALONE, 8);
        assertThat(turns.mayTake(BESIDE, 8)).isTrue();
    }

    @Test
    void besideEachOtherTheyTakeWhateverWaitsUntilOneFindsNothing() {
        turns.started(BESIDE);
        turns.started(BESIDE);
        turns.started(BESIDE);
        turns.ended(BESIDE, 1);
        assertThat(turns.mayTake(BESIDE, 1)).isTrue();
        assertThat(turns.mayTake(ALONE, 1)).isFalse();

        turns.ended(BESIDE, 0);
        assertThat(turns.mayTake(BESIDE, 1)).isFalse();
        assertThat(turns.mayTake(ALONE, 1)).isFalse();
        assertThat(turns.mayTake(BESIDE, 3)).isTrue();

        turns.ended(BESIDE, 1);
        assertThat(turns.mayTake(BESIDE, 1)).isFalse();
        assertThat(turns.mayTake(ALONE, 1)).isTrue();
    }

    @Test
    void thoseBesideEachOtherTakeOneRequestEach() {
        assertThat(turns.batchSize(BESIDE, 8, 4)).isEqualTo(1);
        assertThat(turns.batchSize(ALONE, 2, 4)).isEqualTo(2);
        assertThat(turns.batchSize(ALONE, 8, 4)).isEqualTo(4);
    }

    @Test
    void withoutOneThatRunsAloneAllMayTakeBatchesAlways() {
        Turns all = turns(null);
        all.started(BESIDE);

        assertThat(all.mayTake(BESIDE, 1)).isTrue();
        assertThat(all.batchSize(BESIDE, 8, 4)).isEqualTo(4);
    }
}
