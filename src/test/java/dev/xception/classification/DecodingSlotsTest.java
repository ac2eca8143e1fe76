package dev.xception.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.xception.classification.DecodingSlots.Slot;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DecodingSlotsTest {

    private static final long AT_ONCE = 0;
    private static final long MINUTES = Duration.ofMinutes(10).toNanos();

    private static void assertThereIsNone(DecodingSlots slots, long pixels) {
        assertThatExceptionOfType(DeadlineExceededException.class).isThrownBy(() -> slots.take(pixels, AT_ONCE));
    }

    @Test
    void moreThanThereAreSlotsWait() throws Exception {
        DecodingSlots slots = new DecodingSlots(1, 0);
        Slot first = slots.take(1_000_000, AT_ONCE);
        assertThereIsNone(slots, 1);
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<Slot> second = thread.submit(() -> slots.take(1, MINUTES));
            first.close();
            second.get().close();
        }
    }

    @Test
    void morePixelsThanThereMayBeWait() throws Exception {
        DecodingSlots slots = new DecodingSlots(3, 10_000);
        Slot first = slots.take(6_000, AT_ONCE);
        assertThereIsNone(slots, 4_001);
        slots.take(4_000, AT_ONCE).close();
        assertThat(slots.pixels()).isEqualTo(6_000);
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<Slot> second = thread.submit(() -> slots.take(5_000, MINUTES));
            first.close();
            second.get().close();
        }
        assertThat(slots.pixels()).isZero();
    }

    @Test
    void whoGetsNoPixelsKeepsNoSlot() {
        DecodingSlots slots = new DecodingSlots(2, 10_000);
        try (Slot _ = slots.take(10_000, AT_ONCE)) {
            assertThereIsNone(slots, 1);
        }

        slots.take(1, AT_ONCE);
        slots.take(1, AT_ONCE);
        assertThereIsNone(slots, 1);
    }

    @Test
    void aPictureLargerThanTheBoundIsAlone() {
        DecodingSlots slots = new DecodingSlots(2, 10_000);
        try (Slot _ = slots.take(1L << 40, AT_ONCE)) {
            assertThereIsNone(slots, 1);
        }
        Slot small = slots.take(1, AT_ONCE);
        assertThereIsNone(slots, 1L << 40);
        small.close();
        assertThat(slots.pixels()).isZero();
    }

    @Test
    void aCopyKeepsItsPixelsButNoSlot() {
        DecodingSlots slots = new DecodingSlots(1, 10_000);
        Slot copied = slots.take(8_000, AT_ONCE);

        copied.decoded(3_000);

        assertThat(slots.pixels()).isEqualTo(3_000);
        slots.take(7_000, AT_ONCE).close();
        assertThereIsNone(slots, 7_001);
        copied.close();
        copied.close();
        assertThat(slots.pixels()).isZero();
        slots.take(1, AT_ONCE);
        assertThereIsNone(slots, 1);
    }

    @Test
    void aCopyLargerThanThePictureKeepsWhatThePictureHad() {
        DecodingSlots slots = new DecodingSlots(1, 10_000);
        Slot copied = slots.take(1_000, AT_ONCE);
        copied.decoded(5_000);
        assertThat(slots.pixels()).isEqualTo(1_000);
    }

    @Test
    void needsASlot() {
        assertThatIllegalArgumentException().isThrownBy(() -> new DecodingSlots(0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new DecodingSlots(1, -1));
    }
}
