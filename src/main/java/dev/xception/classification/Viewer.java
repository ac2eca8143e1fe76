package dev.xception.classification;

import dev.xception.classification.Classifier.Inference;
import dev.xception.image.RgbImage;

/** Sees a picture on its way, and makes an answer of what the graph gave for it. */
interface Viewer<T> {

    /**
     * Shows the decoded picture, which is closed afterwards.
     *
     * @return how many pixels of a copy are kept, to be drawn on for the answer; 0 for none
     */
    long look(RgbImage image);

    /** The answer, while the request still holds what it was admitted with. */
    T answer(Inference inference);

    /** Keeps nothing and takes the inference as it is. */
    Viewer<Inference> NONE = new Viewer<>() {
        @Override
        public long look(RgbImage image) {
            return 0;
        }

        @Override
        public Inference answer(Inference inference) {
            return inference;
        }
    };
}
