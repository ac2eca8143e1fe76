package dev.xception.classification;

import dev.xception.classification.Classifier.Inference;
import dev.xception.classification.Picture.Wanted;
import dev.xception.image.Fit;
import dev.xception.image.HeatMapPicture;
import dev.xception.image.RgbImage;
import dev.xception.model.ClassifierHead;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Says where in a picture the evidence for a class lies. A picture takes the same way as for a classification. */
public final class Explainer {

    private final Classifier classifier;

    public Explainer(Classifier classifier) {
        this.classifier = classifier;
    }

    /** An explanation, and the heat map laid over the picture, as PNG. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Drawing(Explanation explanation, byte[] png) {}

    /**
     * Explains one class; the other parameters and errors as for {@link Classifier#classify}.
     *
     * @param classIndex the class, or null for the most probable one
     * @throws UnsupportedByModelException if the network does not end in a global average and one linear layer
     */
    public Explanation explain(ImageSource source, @Nullable Integer classIndex, Fit fit, long deadlineNanos)
            throws IOException {
        return explanation(infer(source, fit, Viewer.NONE, deadlineNanos), classIndex, fit);
    }

    /** Explains one class and draws the map; parameters and errors as for {@link #explain}. */
    public Drawing draw(ImageSource source, @Nullable Integer classIndex, Fit fit, Overlay overlay, long deadlineNanos)
            throws IOException {
        AtomicReference<HeatMapPicture> copy = new AtomicReference<>();
        return infer(
                source,
                fit,
                new Viewer<>() {
                    @Override
                    public long look(RgbImage image) {
                        HeatMapPicture picture = picture(image, fit, overlay);
                        copy.set(picture);
                        return picture.size();
                    }

                    @Override
                    public Drawing answer(Inference inference) {
                        Explanation explanation = explanation(inference, classIndex, fit);
                        ClassActivationMap map = explanation.map();
                        return new Drawing(explanation, copy.get().png(map.width(), map.height(), map.values()));
                    }
                },
                deadlineNanos);
    }

    private <T> T infer(ImageSource source, Fit fit, Viewer<T> viewer, long deadlineNanos) throws IOException {
        classifier.model().requireHead();
        classifier.model().requireEnd();
        return classifier.infer(source, fit, Wanted.FEATURES, viewer, deadlineNanos);
    }

    private HeatMapPicture picture(RgbImage image, Fit fit, Overlay overlay) {
        return switch (overlay) {
            case MODEL -> HeatMapPicture.asTheModelSees(image, classifier.preprocessor(), fit);
            case ORIGINAL ->
                HeatMapPicture.asItIs(image, classifier.preprocessor().region(image.width(), image.height(), fit));
        };
    }

    private Explanation explanation(Inference inference, @Nullable Integer classIndex, Fit fit) {
        ServedModel model = classifier.model();
        ClassifierHead head = model.requireHead();
        NetworkEnd end = model.requireEnd();
        float[] probabilities = inference.activations().probabilities();
        int explained = classIndex != null ? classIndex : TopK.indices(probabilities, 1)[0];
        SourceImage image = inference.image();
        return new Explanation(
                model,
                image,
                model.prediction(rank(probabilities, explained), explained, probabilities[explained]),
                ClassActivationMap.of(
                        inference.activations().features(), end.mapWidth(), end.mapHeight(), head, explained),
                classifier.preprocessor().region(image.width(), image.height(), fit),
                inference.times());
    }

    /** As {@link TopK} would rank it: of equal probabilities the lower index comes first. */
    private static int rank(float[] probabilities, int classIndex) {
        int rank = 1;
        for (int i = 0; i < probabilities.length; i++) {
            if (probabilities[i] > probabilities[classIndex]
                    || (probabilities[i] == probabilities[classIndex] && i < classIndex)) {
                rank++;
            }
        }
        return rank;
    }
}
