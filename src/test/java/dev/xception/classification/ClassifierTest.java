package dev.xception.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.xception.classification.DecodingSlots.Slot;
import dev.xception.image.InvalidImageException;
import java.util.Arrays;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClassifierTest {

    private final GatedClassifier gated = new GatedClassifier();

    @AfterEach
    void end() {
        gated.close();
    }

    @Test
    void decodesNothingThatTheQueueWouldRefuse() throws Exception {
        Future<Classification> first = gated.run();
        Future<Classification> second;
        try (Slot _ = gated.holdDecoding()) {
            second = gated.fillTheQueue();

            assertThat(gated.queueDepth()).isZero();
            assertThatExceptionOfType(OverloadedException.class)
                    .isThrownBy(() -> gated.classify(GatedClassifier.PICTURE));
        }
        gated.open();

        assertThat(first.get().predictions()).hasSize(1);
        assertThat(second.get().predictions()).hasSize(1);
        assertThat(gated.decoded()).isEqualTo(2);
    }

    @Test
    void aPictureThatCannotBeDecodedGivesItsPlaceBack() throws Exception {
        Future<Classification> first = gated.run();
        byte[] half = Arrays.copyOf(GatedClassifier.PICTURE, GatedClassifier.PICTURE.length / 2);

        assertThatExceptionOfType(InvalidImageException.class).isThrownBy(() -> gated.classify(half));

        assertThat(gated.hasRoom()).isTrue();
        gated.open();
        assertThat(first.get().predictions()).hasSize(1);
    }
}
