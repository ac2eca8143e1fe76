package dev.xception.batch;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchPolicyTest {

    @Test
    void rejectsAnEmptyBatch() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BatchPolicy(0, Duration.ZERO, 8))
                .withMessage("max batch size must be at least 1, not 0");
    }

    @Test
    void rejectsANegativeDelay() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BatchPolicy(4, Duration.ofMillis(-1), 8))
                .withMessage("max queue delay must be from 0 to 1 minute, not PT-0.001S");
    }

    @Test
    void rejectsADelayOfHours() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BatchPolicy(4, Duration.ofHours(2), 8))
                .withMessage("max queue delay must be from 0 to 1 minute, not PT2H");
    }

    @Test
    void rejectsAQueueThatCannotHoldABatch() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BatchPolicy(4, Duration.ZERO, 3))
                .withMessage("queue capacity must be at least the max batch size (4), not 3");
    }
}
