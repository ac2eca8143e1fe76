package dev.xception.serving;

import dev.xception.batch.BatchFunction;
import dev.xception.batch.BatchListener;
import dev.xception.batch.BatchPolicy;
import dev.xception.batch.DynamicBatcher;
import dev.xception.batch.Sessions;
import dev.xception.classification.Activations;
import dev.xception.classification.AdmissionLimit;
import dev.xception.classification.Classifier;
import dev.xception.classification.ClassifierListener;
import dev.xception.classification.DecodingSlots;
import dev.xception.classification.NetworkEnd;
import dev.xception.classification.Picture;
import dev.xception.classification.PixelBuffers;
import dev.xception.classification.ServedModel;
import dev.xception.image.Filter;
import dev.xception.image.Fit;
import dev.xception.image.ImageDecoder;
import dev.xception.image.InputShape;
import dev.xception.image.Preprocessor;
import dev.xception.inference.InferenceSession;
import dev.xception.inference.ModelOutput;
import dev.xception.inference.OutputTensor;
import dev.xception.model.ModelException;
import dev.xception.model.ServableModel;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads models: opens their sessions, warms them up, and joins decoder, preprocessor, batcher and session. */
public final class ModelLoader {

    private static final Logger log = LoggerFactory.getLogger(ModelLoader.class);

    private final ServingSettings settings;
    private final AdmissionLimit admission;
    private final DecodingSlots slots;
    private final ImageDecoder decoder;
    private final Function<ServedModel, Listeners> listeners;

    public ModelLoader(
            ServingSettings settings,
            AdmissionLimit admission,
            DecodingSlots slots,
            Function<ServedModel, Listeners> listeners) {
        this.settings = settings;
        this.admission = admission;
        this.slots = slots;
        this.decoder = new ImageDecoder(settings.limits(), settings.applyOrientation());
        this.listeners = listeners;
    }

    /** Who is told what happens to a model's pictures and batches. */
    public record Listeners(ClassifierListener classifier, BatchListener batch) {

        public static final Listeners NONE = new Listeners(ClassifierListener.NONE, BatchListener.NONE);
    }

    /**
     * Loads one model; it is warm when this returns.
     *
     * @throws dev.xception.inference.InferenceException if the graph cannot be run
     * @throws ModelException if labels and graph do not belong together
     */
    public LoadedModel load(ServableModel files) {
        ModelSessions sessions = ModelSessions.open(files, settings);
        try {
            return load(files, sessions);
        } catch (RuntimeException e) {
            sessions.close();
            throw e;
        }
    }

    private LoadedModel load(ServableModel files, ModelSessions sessions) {
        InferenceSession session = sessions.first();
        if (session.classes() != files.labels().size()) {
            throw new ModelException("%s: the graph has %d classes, but %s has %d labels"
                    .formatted(
                            files.onnx(),
                            session.classes(),
                            files.descriptor().labels(),
                            files.labels().size()));
        }
        InputShape input = new InputShape(session.width(), session.height(), session.channels());
        ServedModel model = new ServedModel(
                files.name(),
                files.version(),
                files.precision().id(),
                files.weights(),
                session.provider().id(),
                input,
                files.labels(),
                settings.fit() != null
                        ? settings.fit()
                        : Fit.valueOf(upper(files.descriptor().preprocessing().fit())),
                networkEnd(files, session));
        Filter filter = settings.filter() != null
                ? settings.filter()
                : Filter.valueOf(upper(files.descriptor().preprocessing().filter()));

        BatchPolicy policy = settings.batchPolicy(session.provider());
        sessions.warmUp(warmedSizes(policy.maxBatchSize()));
        log.info(
                "model {} {} ({}, {}) runs on {}: {}",
                model.name(),
                model.version(),
                model.precision(),
                model.weights(),
                model.provider(),
                session.providerReason());
        tellShape(sessions, policy);

        PixelBuffers buffers = new PixelBuffers(input.bytes());
        Preprocessor preprocessor = new Preprocessor(input, filter);
        WarmUp.run(decoder, preprocessor, buffers);

        Listeners told = listeners.apply(model);
        DynamicBatcher<Picture, Activations> batcher = new DynamicBatcher<>(
                model.name(),
                batchFunctions(sessions),
                policy,
                picture -> buffers.giveBack(picture.pixels()),
                told.batch(),
                System::nanoTime);
        Classifier classifier = new Classifier(
                model, admission, slots, decoder, preprocessor, buffers, batcher, told.classifier(), System::nanoTime);
        return new LoadedModel(classifier, sessions);
    }

    private void tellShape(ModelSessions sessions, BatchPolicy policy) {
        int most = sessions.mostInOneRun(policy);
        int beside = sessions.beside().size();
        if (sessions.alone() == null) {
            log.info("sessions: {}, each with up to {} pictures at a time", beside, most);
            return;
        }
        log.info(
                "sessions follow the load: one that all cores share, with up to {} pictures at a time, or {} of one core and one picture each",
                most,
                beside);
        boolean nobodyToWaitFor = most == 1 && !policy.maxQueueDelay().isZero();
        if (settings.maxBatchSize() > most || nobodyToWaitFor) {
            log.warn(
                    "no run takes more than {} here, whatever xception.batch.max-batch-size and max-queue-delay say; with xception.session.count=1 it does",
                    most);
        }
    }

    private static @Nullable NetworkEnd networkEnd(ServableModel files, InferenceSession session) {
        if (!session.outputs().containsAll(Set.of(OutputTensor.FEATURES, OutputTensor.EMBEDDING))) {
            return null;
        }
        int[] map = session.shapeOf(OutputTensor.FEATURES);
        return new NetworkEnd(map[1], map[0], map[2], files.head());
    }

    /** 1, 2, 4, ... and the largest. */
    private static int[] warmedSizes(int maxBatchSize) {
        return IntStream.concat(
                        IntStream.iterate(1, size -> size < maxBatchSize, size -> size * 2), IntStream.of(maxBatchSize))
                .toArray();
    }

    private static Sessions<Picture, Activations> batchFunctions(ModelSessions sessions) {
        InferenceSession alone = sessions.alone();
        return new Sessions<>(
                sessions.beside().stream().map(ModelLoader::batchFunction).toList(),
                alone == null ? null : batchFunction(alone));
    }

    /** A batch in which one picture asks for more outputs computes them for all. */
    private static BatchFunction<Picture, Activations> batchFunction(InferenceSession session) {
        return pictures -> {
            List<ByteBuffer> images = pictures.stream().map(Picture::pixels).toList();
            Set<OutputTensor> wanted = EnumSet.noneOf(OutputTensor.class);
            pictures.forEach(
                    picture -> wanted.add(OutputTensor.valueOf(picture.wanted().name())));
            return session.run(images, wanted).stream()
                    .map(ModelLoader::activations)
                    .toList();
        };
    }

    private static Activations activations(ModelOutput output) {
        float[] features = output.features();
        float[] embedding = output.embedding();
        return new Activations(
                output.probabilities(),
                features == null ? new float[0] : features,
                embedding == null ? new float[0] : embedding,
                output.fault());
    }

    private static String upper(String word) {
        return word.toUpperCase(Locale.ROOT);
    }
}
