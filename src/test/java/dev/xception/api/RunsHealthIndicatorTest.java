package dev.xception.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.xception.classification.Classifiers;
import dev.xception.classification.GatedClassifier;
import dev.xception.image.InvalidImageException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

@Timeout(60)
class RunsHealthIndicatorTest {

    private final GatedClassifier gated = new GatedClassifier();
    private final RunsHealthIndicator runs = new RunsHealthIndicator(new Classifiers(List.of(gated.classifier())));

    @BeforeEach
    void open() {
        gated.open();
    }

    @AfterEach
    void close() {
        gated.close();
    }

    private void fail(int times) {
        gated.setBroken(true);
        for (int i = 0; i < times; i++) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> gated.classify(GatedClassifier.PICTURE))
                    .withMessage("inference failed");
        }
    }

    @Test
    void aFewFailuresAreNoReasonToStartAgain() {
        fail(9);

        assertThat(runs.health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void isDownWhenTheLastTenRunsHaveFailed() {
        fail(10);

        Health health = runs.health();

        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails()).containsEntry("red", "the last 10 runs have failed");
    }

    @Test
    void oneRunThatSucceedsEndsIt() throws Exception {
        fail(10);
        gated.setBroken(false);
        gated.classify(GatedClassifier.PICTURE);

        assertThat(runs.health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void picturesThatCannotBeReadAreNoFailedRuns() {
        for (int i = 0; i < 20; i++) {
            assertThatExceptionOfType(InvalidImageException.class)
                    .isThrownBy(() -> gated.classify(new byte[] {1, 2, 3}));
        }

        assertThat(runs.health().getStatus()).isEqualTo(Status.UP);
    }
}
