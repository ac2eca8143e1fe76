package dev.xception.model;

import java.io.IOException;

/** Makes served graphs. Supplied from outside: how a Keras file is read is no matter of the directory. */
@FunctionalInterface
public interface ModelImporter {

    /**
     * Writes the graph whole or not at all. The message of a runtime exception is one line that names what is wrong with the
     * weights.
     */
    void importModel(ImportRequest request) throws IOException;

    /** Goes up whenever the same request would give another graph; graphs bear it. */
    default String version() {
        return "1";
    }
}
