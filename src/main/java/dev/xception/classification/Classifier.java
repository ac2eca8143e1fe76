package dev.xception.classification;

import dev.xception.batch.Answer;
import dev.xception.batch.BatchException;
import dev.xception.batch.DynamicBatcher;
import dev.xception.classification.Picture.Wanted;
import dev.xception.classification.StageTimes.Stopwatch;
import dev.xception.image.Fit;
import dev.xception.image.ImageDecoder;
import dev.xception.image.ImageHeader;
import dev.xception.image.InvalidImageException;
import dev.xception.image.Preprocessor;
import dev.xception.image.RgbImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The use case: one encoded picture in, the top classes out, for one model.
 *
 * <p>Everything up to the batch runs on the caller's own (virtual) thread, which then waits for its answer. The permit is
 * taken before a byte is read and held until the answer is there; what is decoded has a place in the queue and a slot.
 */
public final class Classifier implements AutoCloseable {

    private final ServedModel model;
    private final AdmissionLimit admission;
    private final DecodingSlots slots;
    private final ImageDecoder decoder;
    private final Preprocessor preprocessor;
    private final PixelBuffers buffers;
    private final DynamicBatcher<Picture, Activations> batcher;
    private final ClassifierListener listener;
    private final LongSupplier clock;

    /** The batcher gives the pictures' pixels back to {@code buffers}, and is closed with this. */
    public Classifier(
            ServedModel model,
            AdmissionLimit admission,
            DecodingSlots slots,
            ImageDecoder decoder,
            Preprocessor preprocessor,
            PixelBuffers buffers,
            DynamicBatcher<Picture, Activations> batcher,
            ClassifierListener listener,
            LongSupplier clock) {
        this.model = model;
        this.admission = admission;
        this.slots = slots;
        this.decoder = decoder;
        this.preprocessor = preprocessor;
        this.buffers = buffers;
        this.batcher = batcher;
        this.listener = listener;
        this.clock = clock;
    }

    public ServedModel model() {
        return model;
    }

    Preprocessor preprocessor() {
        return preprocessor;
    }

    /** The deadline of a request that may take this long from now. */
    public long deadlineAfter(Duration timeout) {
        return clock.getAsLong() + timeout.toNanos();
    }

    /**
     * Classifies one picture.
     *
     * @param top how many classes, from 1 to the model's
     * @param deadlineNanos on the clock of this classifier
     * @throws InvalidImageException if the bytes are no picture that can be read within the limits
     * @throws OverloadedException at once, if there is too much work already
     * @throws DeadlineExceededException at the deadline
     * @throws CallerGoneException if the source says that nobody waits for the answer any more
     * @throws UnavailableException if the server is shutting down
     * @throws IOException if the bytes could not be read from the caller
     */
    public Classification classify(ImageSource source, int top, Fit fit, long deadlineNanos) throws IOException {
        Inference inference = infer(source, fit, Wanted.PROBABILITIES, deadlineNanos);
        float[] probabilities = inference.activations().probabilities();
        int[] indices = TopK.indices(probabilities, top);
        List<Prediction> predictions = new ArrayList<>(top);
        for (int rank = 1; rank <= top; rank++) {
            int index = indices[rank - 1];
            predictions.add(model.prediction(rank, index, probabilities[index]));
        }
        return new Classification(model, inference.image(), predictions, inference.times());
    }

    /** What the graph gave for one picture, and how it got there. */
    public record Inference(SourceImage image, Activations activations, StageTimes times) {}

    /** Runs one picture through the graph; parameters and errors as for {@link #classify}. */
    public Inference infer(ImageSource source, Fit fit, Wanted wanted, long deadlineNanos) throws IOException {
        return infer(source, fit, wanted, Viewer.NONE, deadlineNanos);
    }

    <T> T infer(ImageSource source, Fit fit, Wanted wanted, Viewer<T> viewer, long deadlineNanos) throws IOException {
        Stopwatch stopwatch = new Stopwatch(clock, listener);
        return admitted(source, permit -> {
            byte[] encoded = source.read(permit);
            ImageHeader header = decoder.readHeader(encoded);
            stopwatch.passed(Stage.ADMIT);
            checkDeadline(deadlineNanos);
            return decodeAndRun(source, encoded, header, fit, wanted, viewer, deadlineNanos, stopwatch);
        });
    }

    /** What an admitted request does. */
    @FunctionalInterface
    public interface Work<T> {
        T run(AdmissionLimit.Permit permit) throws IOException;
    }

    /**
     * Does what needs the source's bytes while they are admitted. Refusals and failures are told to the listener.
     *
     * @throws OverloadedException at once, if there is too much work already
     * @throws UnavailableException if the server is shutting down
     */
    public <T> T admitted(ImageSource source, Work<T> work) throws IOException {
        try (AdmissionLimit.Permit permit = source.admit(admission)) {
            return work.run(permit);
        } catch (Throwable e) {
            // An Error too: memory may lack for this picture only.
            listener.rejected(Rejection.of(e));
            throw e;
        }
    }

    private <T> T decodeAndRun(
            ImageSource source,
            byte[] encoded,
            ImageHeader header,
            Fit fit,
            Wanted wanted,
            Viewer<T> viewer,
            long deadlineNanos,
            Stopwatch stopwatch) {
        try (DynamicBatcher<Picture, Activations>.Place place = reserve(deadlineNanos);
                DecodingSlots.Slot slot = slots.take(header.decodingPixels(), deadlineNanos - clock.getAsLong())) {
            long waited = stopwatch.lap();
            if (source.callerGone()) {
                place.abandon();
                throw new CallerGoneException();
            }
            ByteBuffer pixels = buffers.take();
            SourceImage sourceImage;
            long keptPixels;
            try (RgbImage image = decoder.decode(encoded)) {
                listener.decoded(header.format());
                stopwatch.passed(Stage.DECODE);
                preprocessor.preprocess(image, fit, pixels);
                keptPixels = viewer.look(image);
                stopwatch.passed(Stage.PREPROCESS);
                sourceImage = new SourceImage(image.width(), image.height(), header.format());
            } catch (Throwable e) {
                buffers.giveBack(pixels);
                throw e;
            }
            slot.decoded(keptPixels);

            Answer<Activations> answer = submit(place, new Picture(pixels, wanted), source::callerGone);
            requireSound(answer.output());
            stopwatch.record(Stage.INFERENCE, answer.runNanos());
            waited += answer.queueNanos();
            if (keptPixels > 0) {
                stopwatch.lap();
                slot.draw(deadlineNanos - clock.getAsLong());
                waited += stopwatch.lap();
            }
            stopwatch.record(Stage.QUEUE, waited);
            return viewer.answer(new Inference(sourceImage, answer.output(), stopwatch.times()));
        }
    }

    private void checkDeadline(long deadlineNanos) {
        if (deadlineNanos - clock.getAsLong() <= 0) {
            throw new DeadlineExceededException();
        }
    }

    /**
     * Refuses, before anything of it is read, a request that {@link #infer} would refuse because of those before it.
     *
     * @throws OverloadedException at once, if the queue has no room or its end would come too late
     * @throws UnavailableException if the server is shutting down
     */
    public void refuseOverload(long deadlineNanos) {
        try {
            batcher.requireRoom(deadlineNanos);
        } catch (BatchException e) {
            RuntimeException refusal = failure(e);
            if (refusal instanceof OverloadedException) {
                listener.rejected(Rejection.OVERLOADED);
            }
            throw refusal;
        }
    }

    /** A place before the costly part, so that nothing is decoded that the queue would refuse. */
    private DynamicBatcher<Picture, Activations>.Place reserve(long deadlineNanos) {
        try {
            return batcher.reserve(deadlineNanos);
        } catch (BatchException e) {
            throw failure(e);
        }
    }

    private static Answer<Activations> submit(
            DynamicBatcher<Picture, Activations>.Place place, Picture picture, BooleanSupplier callerGone) {
        try {
            return place.submit(picture, callerGone);
        } catch (BatchException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException();
        }
    }

    private static void requireSound(Activations activations) {
        if (activations.fault() != null) {
            throw new IllegalStateException("inference failed: " + activations.fault());
        }
    }

    private static RuntimeException failure(BatchException e) {
        return switch (e) {
            case BatchException.QueueFull full -> new OverloadedException("queue is full", full.retryAfter());
            case BatchException.DeadlinePassed passed -> new DeadlineExceededException();
            case BatchException.CallerGone gone -> new CallerGoneException();
            case BatchException.Closed closed -> new UnavailableException();
            case BatchException.RunFailed failed -> new IllegalStateException("inference failed", failed.getCause());
        };
    }

    /** Most pictures that can have a place in the queue. */
    public int queueCapacity() {
        return batcher.queueCapacity();
    }

    /** Pictures that have a place in the queue now: they wait, or are being decoded. */
    public int queueDepth() {
        return batcher.placesTaken();
    }

    /** When it makes sense to ask again while there is too much work. */
    public Duration retryAfter() {
        return batcher.retryAfter();
    }

    /** Number of runs of the graph that have failed since the last one that did not. */
    public int failuresInARow() {
        return batcher.failuresInARow();
    }

    /** Takes no new pictures, answers those that were accepted, and returns when the last run has ended. */
    @Override
    public void close() {
        batcher.close();
    }
}
