package dev.xception.cli;

import dev.xception.classification.AdmissionLimit;
import dev.xception.classification.Classifier;
import dev.xception.classification.DecodingSlots;
import dev.xception.classification.ImageSource;
import dev.xception.image.Fit;
import dev.xception.image.InvalidImageException;
import dev.xception.serving.LoadedModel;
import dev.xception.serving.ModelLoader;
import dev.xception.serving.ServingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** The server's own classifier, fed with files: several at a time, so that one is decoded while others are in the graph. */
final class PictureClassification implements AutoCloseable {

    /** A command waits for its answers. */
    static final Duration PATIENCE = Duration.ofDays(1);

    private static final int MOST_AT_A_TIME = 32;

    private final LoadedModel model;
    private final Classifier classifier;
    private final Fit fit;

    private PictureClassification(LoadedModel model) {
        this.model = model;
        this.classifier = model.classifier();
        this.fit = classifier.model().fit();
    }

    /** Loads the model and warms it up for this many pictures. */
    static PictureClassification load(ModelOptions model, PictureOptions options, int pictures, Terminal terminal) {
        int batchSize = pictures == 1 ? 1 : 0;
        ServingSettings settings = new ServingSettings(
                model.provider,
                0,
                0,
                0,
                batchSize,
                Duration.ZERO,
                MOST_AT_A_TIME,
                PictureOptions.LIMITS,
                options.applyOrientation,
                options.fit,
                options.filter);
        AdmissionLimit unlimited = new AdmissionLimit(new AdmissionLimit.Bounds(0, 0), () -> Duration.ofSeconds(1));
        DecodingSlots slots = new DecodingSlots(Runtime.getRuntime().availableProcessors(), 0, System::nanoTime);
        ModelLoader loader = new ModelLoader(settings, unlimited, slots, loaded -> ModelLoader.Listeners.NONE);
        return new PictureClassification(loader.load(model.resolve(terminal)));
    }

    Classifier classifier() {
        return classifier;
    }

    /**
     * Classifies the pictures and hands on what became of each, in their order.
     *
     * @param top how many classes
     */
    void run(List<Path> pictures, int top, Consumer<Outcome> consumer) {
        int atATime = Math.clamp(2L * Runtime.getRuntime().availableProcessors(), 8, MOST_AT_A_TIME);
        ExecutorService executor = Executors.newFixedThreadPool(atATime);
        try {
            List<Future<Outcome>> outcomes = pictures.stream()
                    .map(picture -> executor.submit(() -> classify(picture, top)))
                    .toList();
            for (Future<Outcome> outcome : outcomes) {
                consumer.accept(outcome.get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted", e);
        } finally {
            executor.shutdownNow();
        }
    }

    private Outcome classify(Path picture, int top) {
        try {
            byte[] encoded = NamedFile.readAllBytes(picture);
            long deadline = classifier.deadlineAfter(PATIENCE);
            return new Outcome.Classified(picture, classifier.classify(ImageSource.of(encoded), top, fit, deadline));
        } catch (InvalidImageException e) {
            return new Outcome.Refused(picture + ": " + e.getMessage());
        } catch (IOException e) {
            return new Outcome.Refused(FailureMessage.of(e).orElseGet(() -> picture + ": " + e));
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
