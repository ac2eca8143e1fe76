package dev.xception.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.xception.classification.DecodingSlots.Slot;
import dev.xception.image.InvalidImageException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
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
    void waitingForACoreToDecodeOnIsTimeInTheQueue() throws Exception {
        Future<Classification> first = gated.run();
        Future<Classification> second;
        try (Slot _ = gated.holdDecoding()) {
            second = gated.fillTheQueue();
            gated.advance(Duration.ofSeconds(20));
        }
        gated.open();

        first.get();
        Map<Stage, Long> nanos = second.get().times().nanos();
        long waited = Duration.ofSeconds(20).toNanos();
        assertThat(nanos.get(Stage.QUEUE)).isGreaterThanOrEqualTo(waited);
        assertThat(nanos.get(Stage.DECODE)).isLessThan(waited);
    }

    @Test
    void decodesAndRunsNothingForACallerThatIsGone() throws Exception {
        assertThatExceptionOfType(CallerGoneException.class)
                .isThrownBy(() -> gated.classify(ImageSource.of(GatedClassifier.PICTURE, () -> true)));

        assertThat(gated.decoded()).isZero();
        assertThat(gated.rejections()).containsExactly(Rejection.CALLER_GONE);
        assertNothingIsHeld();
    }

    @Test
    void runsNothingForACallerThatLeavesWhileItsPictureWaits() throws Exception {
        Future<Classification> first = gated.run();
        AtomicBoolean gone = new AtomicBoolean();
        Future<Classification> second = gated.fillTheQueue(ImageSource.of(GatedClassifier.PICTURE, gone::get));
        while (gated.queueDepth() == 0) {
            Thread.onSpinWait();
        }
        gone.set(true);
        gated.open();

        assertThat(first.get().predictions()).hasSize(1);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(second::get)
                .withCauseInstanceOf(CallerGoneException.class);
        assertNothingIsHeld();
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

    /** A request of its own. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Sent(byte[] picture) implements ImageSource {

        @Override
        public AdmissionLimit.Permit admit(AdmissionLimit limit) {
            return limit.acquire(picture.length);
        }

        @Override
        public byte[] read(AdmissionLimit.Permit permit) {
            permit.addBytes(1);
            return picture;
        }
    }

    private void assertNothingIsHeld() {
        assertThat(gated.admission().usage()).isEqualTo(new AdmissionLimit.Usage(0, 0));
        assertThat(gated.slots().pixels()).isZero();
        gated.holdDecoding().close();
        assertThat(gated.hasRoom()).isTrue();
    }

    @Test
    void givesBackAllThatARequestHeldWhateverBecomesOfIt() throws Exception {
        gated.open();
        byte[] half = Arrays.copyOf(GatedClassifier.PICTURE, GatedClassifier.PICTURE.length / 2);
        for (int i = 0; i < 3; i++) {
            assertThat(gated.classify(new Sent(GatedClassifier.PICTURE)).predictions())
                    .hasSize(1);
            assertNothingIsHeld();

            assertThatExceptionOfType(InvalidImageException.class).isThrownBy(() -> gated.classify(new Sent(half)));
            assertNothingIsHeld();
        }
        assertThat(gated.buffersSeen()).isEqualTo(1);
    }

    @Test
    void anErrorIsCountedToo() {
        assertThatExceptionOfType(OutOfMemoryError.class)
                .isThrownBy(() -> gated.classifier().admitted(new Sent(GatedClassifier.PICTURE), permit -> {
                    throw new OutOfMemoryError("the test throws this");
                }));

        assertThat(gated.rejections()).containsExactly(Rejection.FAILED);
        assertNothingIsHeld();
    }

    @Test
    void anAdmittedRequestIsAnsweredAfterShutdown() throws Exception {
        gated.open();
        Classification answer = gated.classifier().admitted(new Sent(new byte[10]), permit -> {
            gated.admission().shutDown();
            assertThat(gated.admission().usage()).isEqualTo(new AdmissionLimit.Usage(1, 10));
            return gated.classify(GatedClassifier.PICTURE);
        });

        assertThat(answer.predictions()).hasSize(1);
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> gated.classify(new Sent(GatedClassifier.PICTURE)));
        assertThat(gated.rejections()).containsExactly(Rejection.UNAVAILABLE);
    }
}
