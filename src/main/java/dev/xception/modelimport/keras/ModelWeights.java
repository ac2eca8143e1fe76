package dev.xception.modelimport.keras;

/** Finds the variables of each layer, nested ones included; every file layout has its own way. */
public interface ModelWeights {

    /** The variables of one of the layers of the model that this was made for (the same object, not an equal one). */
    LayerWeights of(LayerConfig layer);
}
