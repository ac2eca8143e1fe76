package dev.xception.classification;

import dev.xception.TinyModel;
import dev.xception.batch.BatchException;
import dev.xception.batch.BatchListener;
import dev.xception.batch.BatchPolicy;
import dev.xception.batch.DynamicBatcher;
import dev.xception.batch.Sessions;
import dev.xception.image.Filter;
import dev.xception.image.Fit;
import dev.xception.image.ImageDecoder;
import dev.xception.image.ImageFormat;
import dev.xception.image.ImageLimits;
import dev.xception.image.InputShape;
import dev.xception.image.Preprocessor;
import dev.xception.model.Labels;
import java.awt.Color;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A classifier whose runs do not end before {@link #open}. One picture runs at a time, one waits, and one is decoded at a
 * time.
 */
public final class GatedClassifier implements AutoCloseable {

    public static final byte[] PICTURE = TinyModel.picture(Color.BLACK, 20, 20, "png");

    private static final InputShape SHAPE = new InputShape(2, 2, 3);
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private volatile boolean broken;
    private final AtomicLong advanced = new AtomicLong();
    private final AtomicInteger decoded = new AtomicInteger();
    private final List<Rejection> rejections = Collections.synchronizedList(new ArrayList<>());
    private final Set<ByteBuffer> buffersSeen =
            Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
    private final DecodingSlots slots = new DecodingSlots(1, 1_000_000, System::nanoTime);
    private final PixelBuffers buffers = new PixelBuffers(SHAPE.bytes());
    private final AdmissionLimit admission =
            new AdmissionLimit(new AdmissionLimit.Bounds(0, 0), () -> Duration.ofSeconds(1));
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final DynamicBatcher<Picture, Activations> batcher = new DynamicBatcher<>(
            "red",
            new Sessions<>(List.of(pictures -> {
                running.countDown();
                mayEnd.await();
                if (broken) {
                    throw new IllegalStateException("broken");
                }
                pictures.forEach(picture -> buffersSeen.add(picture.pixels()));
                return pictures.stream()
                        .map(_ -> new Activations(new float[] {1}, new float[0], new float[0], null))
                        .toList();
            })),
            new BatchPolicy(1, Duration.ZERO, 1),
            picture -> buffers.giveBack(picture.pixels()),
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
            admission,
            slots,
            new ImageDecoder(new ImageLimits(1000, 1000), true),
            new Preprocessor(SHAPE, Filter.BILINEAR),
            buffers,
            batcher,
            new ClassifierListener() {
                @Override
                public void decoded(ImageFormat format) {
                    decoded.incrementAndGet();
                }

                @Override
                public void rejected(Rejection reason) {
                    rejections.add(reason);
                }
            },
            () -> System.nanoTime() + advanced.get());

    public Classifier classifier() {
        return classifier;
    }

    /** Classifies within a minute what was admitted before. */
    public Classification classify(byte[] picture) throws IOException {
        return classify(ImageSource.of(picture));
    }

    Classification classify(ImageSource source) throws IOException {
        return classifier.classify(source, 1, Fit.CROP, inAMinute());
    }

    AdmissionLimit admission() {
        return admission;
    }

    DecodingSlots slots() {
        return slots;
    }

    /** How many different buffers pictures came to their runs in. */
    int buffersSeen() {
        return buffersSeen.size();
    }

    /** From here on every run fails, or none. */
    public void setBroken(boolean broken) {
        this.broken = broken;
    }

    /** Classifies in a thread of its own, and comes back when the run has begun. */
    public Future<Classification> run() throws InterruptedException {
        Future<Classification> answer = callers.submit(() -> classify(PICTURE));
        running.await();
        return answer;
    }

    /** Classifies in a thread of its own, and comes back when the only place in the queue is taken. */
    public Future<Classification> fillTheQueue() {
        return fillTheQueue(ImageSource.of(PICTURE));
    }

    Future<Classification> fillTheQueue(ImageSource source) {
        Future<Classification> answer = callers.submit(() -> classify(source));
        while (hasRoom()) {
            Thread.onSpinWait();
        }
        return answer;
    }

    public boolean hasRoom() {
        try {
            batcher.requireRoom(inAMinute());
            return true;
        } catch (BatchException e) {
            return false;
        }
    }

    /** How many pictures wait for a run; those that are being decoded are not among them. */
    public int queueDepth() {
        return batcher.queueDepth();
    }

    /** Nothing is decoded until the slot is closed. */
    DecodingSlots.Slot holdDecoding() {
        return slots.take(1, MINUTE);
    }

    /** Lets time pass on the classifier's clock. */
    void advance(Duration time) {
        advanced.addAndGet(time.toNanos());
    }

    /** Lets runs end. */
    public void open() {
        mayEnd.countDown();
    }

    public int decoded() {
        return decoded.get();
    }

    public List<Rejection> rejections() {
        return rejections;
    }

    @Override
    public void close() {
        open();
        callers.close();
        classifier.close();
    }

    private static long inAMinute() {
        return System.nanoTime() + MINUTE;
    }
}
