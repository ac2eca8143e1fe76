package dev.xception.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.xception.classification.DecodingSlots.Slot;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DecodingSlotsTest {

    private static final long AT_ONCE = 0;
    private static final long MINUTES = Duration.ofMinutes(10).toNanos();

    private final AtomicLong now = new AtomicLong();

    private DecodingSlots slots(int count, long maxPixels) {
        return new DecodingSlots(count, maxPixels, now::get);
    }

    private static void assertThereIsNone(DecodingSlots slots, long pixels) {
        assertThatExceptionOfType(DeadlineExceededException.class).isThrownBy(() -> slots.take(pixels, AT_ONCE));
    }

    @Test
    void moreThanThereAreSlotsWait() throws Exception {
        DecodingSlots slots = slots(1, 0);
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
        DecodingSlots slots = slots(3, 10_000);
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
        DecodingSlots slots = slots(2, 10_000);
        try (Slot _ = slots.take(10_000, AT_ONCE)) {
            assertThereIsNone(slots, 1);
        }

        slots.take(1, AT_ONCE);
        slots.take(1, AT_ONCE);
        assertThereIsNone(slots, 1);
    }

    @Test
    void aPictureLargerThanTheBoundIsAlone() {
        DecodingSlots slots = slots(2, 10_000);
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
        DecodingSlots slots = slots(1, 10_000);
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
        DecodingSlots slots = slots(1, 10_000);
        Slot copied = slots.take(1_000, AT_ONCE);
        copied.decoded(5_000);
        assertThat(slots.pixels()).isEqualTo(1_000);
    }

    /** Decodes a picture of a million pixels in so much time, by a Java that is no longer cold. */
    private void decode(DecodingSlots slots, long nanos) {
        decode(slots, 20, 100_000, 1);
        decode(slots, 1, 1_000_000, nanos);
    }

    private void decode(DecodingSlots slots, int pictures, long pixels, long nanos) {
        for (int i = 0; i < pictures; i++) {
            try (Slot slot = slots.take(pixels, AT_ONCE)) {
                now.addAndGet(nanos);
                slot.decoded(0);
            }
        }
    }

    @Test
    void smallPicturesSayNothingOfLargeOnes() {
        DecodingSlots slots = slots(2, 0);
        decode(slots, 100, 400, 500_000);
        slots.take(400, AT_ONCE);
        slots.take(50_000_000, 1_000_000_000L);
    }

    @Test
    void theFirstPicturesSayNothingOfLaterOnes() {
        DecodingSlots slots = slots(2, 0);
        decode(slots, 20, 1_000_000, 1_000_000_000L);
        slots.take(1_000_000, AT_ONCE);
        slots.take(1_000_000, 100_000_000L);
    }

    @Test
    void whoWouldBeLateIsRefusedAtOnce() {
        DecodingSlots slots = slots(1, 0);
        decode(slots, 2_000_000_000L);
        try (Slot _ = slots.take(1_000_000, AT_ONCE)) {
            // Two seconds for the one before it, one for itself, and 15 % of that to spare.
            assertThatExceptionOfType(OverloadedException.class)
                    .isThrownBy(() -> slots.take(500_000, 3_400_000_000L))
                    .satisfies(e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(2)));
        }
        slots.take(500_000, AT_ONCE);
    }

    @Test
    void whoWouldBeInTimeWaits() throws Exception {
        DecodingSlots slots = slots(1, 0);
        decode(slots, 2_000_000_000L);
        Slot first = slots.take(1_000_000, AT_ONCE);
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<Slot> second = thread.submit(() -> slots.take(500_000, 3_500_000_000L));
            first.close();
            second.get().close();
        }
    }

    @Test
    void severalSlotsWaitForLess() {
        DecodingSlots slots = slots(2, 0);
        decode(slots, 2_000_000_000L);
        slots.take(1_000_000, AT_ONCE);
        slots.take(1, 2_000_000_000L);

        assertThatExceptionOfType(OverloadedException.class).isThrownBy(() -> slots.take(500_000, 2_200_000_000L));
    }

    /** Where the bound on pixels lets one be decoded at a time, there might as well be one slot. */
    @Test
    void slotsThatThePixelsDoNotAllowShortenNoWait() {
        DecodingSlots slots = slots(4, 1_900_000);
        decode(slots, 2_000_000_000L);
        slots.take(1_000_000, AT_ONCE);

        assertTheNextWaitsForTwoSeconds(slots);
    }

    @Test
    void picturesThatTakeHalfOfThePixelsAreTwoAtATime() {
        DecodingSlots slots = slots(4, 2_000_000);
        decode(slots, 2_000_000_000L);
        slots.take(1_000_000, MINUTES);
        slots.take(1_000_000, MINUTES);

        assertTheNextWaitsForTwoSeconds(slots);
    }

    /** Two seconds for those before it, two for itself, and 15 % of that to spare. */
    private static void assertTheNextWaitsForTwoSeconds(DecodingSlots slots) {
        assertThatExceptionOfType(OverloadedException.class)
                .isThrownBy(() -> slots.take(1_000_000, 4_500_000_000L))
                .satisfies(e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(2)));
    }

    @Test
    void whoLeavesDelaysNobody() {
        DecodingSlots slots = slots(1, 10_000);
        decode(slots, 1_000_000_000L);
        Slot undecoded = slots.take(1_000_000, AT_ONCE);
        undecoded.close();
        Slot copied = slots.take(4_000, AT_ONCE);
        copied.decoded(4_000);
        assertThereIsNone(slots, 7_000);

        slots.take(6_000, AT_ONCE);
    }

    @Test
    void whoDrawsHasASlot() {
        DecodingSlots slots = slots(1, 10_000);
        Slot drawing = slots.take(4_000, AT_ONCE);
        drawing.decoded(4_000);
        Slot decoding = slots.take(1, AT_ONCE);
        assertThatExceptionOfType(DeadlineExceededException.class).isThrownBy(() -> drawing.draw(AT_ONCE));
        decoding.close();
        drawing.draw(AT_ONCE);
        assertThereIsNone(slots, 1);
        drawing.close();
        slots.take(1, AT_ONCE).close();
    }

    @Test
    void needsASlot() {
        assertThatIllegalArgumentException().isThrownBy(() -> slots(0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> slots(1, -1));
    }
}
