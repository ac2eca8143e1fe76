package dev.xception.classification;

import dev.xception.image.Fit;
import dev.xception.image.InputShape;
import dev.xception.model.ClassifierHead;
import dev.xception.model.Labels;
import dev.xception.model.Labels.Label;
import org.jspecify.annotations.Nullable;

/**
 * What a loaded model is.
 *
 * @param name what requests call it
 * @param version first digits of the digest of the Keras file that it was made from
 * @param precision {@code fp32}, {@code fp16} or {@code int8}
 * @param weights {@code trained}, or {@code untrained} for seeded random weights that classify nothing
 * @param provider the execution provider that runs it
 * @param fit how a picture is fitted to the input where a request does not say
 * @param end what the network ends in; null where it has no last activation map that is averaged
 */
public record ServedModel(
        String name,
        String version,
        String precision,
        String weights,
        String provider,
        InputShape input,
        Labels labels,
        Fit fit,
        @Nullable NetworkEnd end) {

    /** Number of classes. */
    public int classes() {
        return labels.size();
    }

    Prediction prediction(int rank, int classIndex, float probability) {
        Label label = labels.get(classIndex);
        return new Prediction(rank, classIndex, label.wordnetId(), label.name(), probability);
    }

    /**
     * What the network ends in.
     *
     * @throws UnsupportedByModelException if it has no last activation map that is averaged
     */
    public NetworkEnd requireEnd() {
        if (end == null) {
            throw new UnsupportedByModelException(
                    "the network of '%s' does not end in a global average of its last activation map".formatted(name));
        }
        return end;
    }

    /**
     * The linear layer behind that average.
     *
     * @throws UnsupportedByModelException if there is more or something else behind it
     */
    ClassifierHead requireHead() {
        ClassifierHead head = requireEnd().head();
        if (head == null) {
            throw new UnsupportedByModelException(
                    "the network of '%s' does not end in a global average and one linear layer".formatted(name));
        }
        return head;
    }
}
