package dev.xception.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.xception.batch.BatchListener;
import dev.xception.batch.BatchPolicy;
import dev.xception.batch.DynamicBatcher;
import dev.xception.batch.Sessions;
import dev.xception.classification.DecodingSlots.Slot;
import dev.xception.image.Filter;
import dev.xception.image.Fit;
import dev.xception.image.ImageDecoder;
import dev.xception.image.ImageFormat;
import dev.xception.image.ImageLimits;
import dev.xception.image.InputShape;
import dev.xception.image.InvalidImageException;
import dev.xception.image.Preprocessor;
import dev.xception.model.Labels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A model whose runs wait for a latch, whose queue holds one picture, and for which one picture is decoded at a time. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClassifierTest {

    private static final InputShape SHAPE = new InputShape(2, 2, 3);
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final AtomicInteger decoded = new AtomicInteger();
    private final DecodingSlots slots = new DecodingSlots(1);
    private final DynamicBatcher<Picture, Activations> batcher = new DynamicBatcher<>(
            "red",
            new Sessions<>(List.of(pictures -> {
                running.countDown();
                mayEnd.await();
                return pictures.stream()
                        .map(_ -> new Activations(new float[] {1}, new float[0], new float[0]))
                        .toList();
            })),
            new BatchPolicy(1, Duration.ZERO, 1),
            _ -> {},
            BatchListener.NONE,
            System::nanoTime);
    private final Classifier classifier = new Classifier(
            new ServedModel(
                    "red",
                    "1",
                    "fp32",
                    "trained",
                    "cpu",
                    SHAPE,
                    new Labels(List.of(new Labels.Label("", "red"))),
                    Fit.CROP,
                    null),
            new AdmissionLimit(new AdmissionLimit.Bounds(0, 0, 0), () -> Duration.ofSeconds(1)),
            slots,
            new ImageDecoder(new ImageLimits(1000, 1000), true),
            new Preprocessor(SHAPE, Filter.BILINEAR),
            new PixelBuffers(SHAPE.bytes()),
            batcher,
            new ClassifierListener() {
                @Override
                public void decoded(ImageFormat format) {
                    decoded.incrementAndGet();
                }
            },
            System::nanoTime);
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void end() {
        mayEnd.countDown();
        callers.close();
        classifier.close();
    }

    @Test
    void decodesNothingThatTheQueueWouldRefuse() throws Exception {
        byte[] picture = picture();
        Future<Classification> first = callers.submit(() -> classify(picture));
        running.await();
        Future<Classification> second;
        try (Slot _ = slots.take(MINUTE)) {
            second = callers.submit(() -> classify(picture));
            awaitFullQueue();

            assertThat(batcher.queueDepth()).isZero();
            assertThatExceptionOfType(OverloadedException.class).isThrownBy(() -> classify(picture));
        }
        mayEnd.countDown();

        assertThat(first.get().predictions()).hasSize(1);
        assertThat(second.get().predictions()).hasSize(1);
        assertThat(decoded).hasValue(2);
    }

    @Test
    void aPictureThatCannotBeDecodedGivesItsPlaceBack() throws Exception {
        byte[] picture = picture();
        Future<Classification> first = callers.submit(() -> classify(picture));
        running.await();

        assertThatExceptionOfType(InvalidImageException.class)
                .isThrownBy(() -> classify(Arrays.copyOf(picture, picture.length / 2)));

        batcher.requireRoom(System.nanoTime() + MINUTE);
        mayEnd.countDown();
        assertThat(first.get().predictions()).hasSize(1);
    }

    private Classification classify(byte[] picture) throws IOException {
        return classifier.classify(ImageSource.of(picture), 1, Fit.CROP, System.nanoTime() + MINUTE);
    }

    private void awaitFullQueue() {
        while (true) {
            try {
                classifier.refuseOverload(System.nanoTime() + MINUTE);
            } catch (OverloadedException e) {
                return;
            }
            Thread.onSpinWait();
        }
    }

    private static byte[] picture() throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB), "png", png);
        return png.toByteArray();
    }
}
