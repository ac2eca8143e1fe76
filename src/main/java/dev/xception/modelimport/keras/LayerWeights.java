package dev.xception.modelimport.keras;

import dev.xception.modelimport.hdf5.Tensor;

/** The variables of one layer, taken one after another in Keras' order. */
public interface LayerWeights {

    /**
     * The layer's next variable.
     *
     * @param role its name in Keras 2: {@code kernel}, {@code bias}, {@code gamma}, ...
     * @param shape the shape that it must have
     */
    Tensor next(String role, int... shape);

    /** To be called last: fails where the layer has variables that nobody took. */
    void finish();
}
