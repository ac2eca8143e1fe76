package dev.xception.classification;

import dev.xception.image.ImageFormat;

/** Told what happens to the pictures of one model, for metrics. Called on the requests' own threads. */
public interface ClassifierListener {

    /** Listens to nothing. */
    ClassifierListener NONE = new ClassifierListener() {};

    /** A picture has passed a stage. */
    default void stagePassed(Stage stage, long nanos) {}

    /** A picture of this format has been decoded. */
    default void decoded(ImageFormat format) {}

    /** A picture got no answer. */
    default void rejected(Rejection reason) {}
}
