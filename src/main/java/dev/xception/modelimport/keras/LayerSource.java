package dev.xception.modelimport.keras;

import java.util.List;

/**
 * All that a layer is made from.
 *
 * @param inputs the shapes that it is called with, at least one
 * @param kerasVersion the major version of the Keras that wrote the file
 */
record LayerSource(LayerConfig config, List<Shape> inputs, LayerWeights weights, int kerasVersion) {

    String name() {
        return config.name();
    }

    Settings settings() {
        return config.settings();
    }

    /** The shape of the first input. */
    Shape input() {
        return inputs.getFirst();
    }
}
