package dev.xception.serving;

import dev.xception.classification.Classifier;

/** A model that is loaded and warm: its classifier, and the sessions that run for it. */
public record LoadedModel(Classifier classifier, ModelSessions sessions) implements AutoCloseable {

    /** Answers what was accepted, then frees the sessions. */
    @Override
    public void close() {
        classifier.close();
        sessions.close();
    }
}
