package dev.xception.modelimport.quantisation;

/** Hears how far a quantisation has come. */
@FunctionalInterface
public interface QuantisationProgress {

    /** The parts of the work, in their order; those up to {@link #CORRECT_BIASES} again for each set of float layers. */
    enum Step {
        /** Makes the channels of each tensor alike. */
        EQUALISE,
        /** Sees what values each tensor has. */
        CALIBRATE,
        /** Decides what each tensor's bytes mean. */
        CHOOSE_RANGES,
        /** Measures what rounding does to the layers on average. */
        CORRECT_BIASES,
        /** Measures what each layer costs: once for each. */
        RANK_LAYERS,
        /** Compares with the float model: once for each set of float layers that is tried. */
        COMPARE,
        /** Measures what reaches each layer. */
        MEASURE_LAYERS
    }

    /**
     * A part of a step is about to be done.
     *
     * @param part from 1
     * @param parts 1 where the step is not divided
     */
    void started(Step step, int part, int parts);

    /** The step, which is not divided, is about to be done. */
    default void started(Step step) {
        started(step, 1, 1);
    }
}
