package dev.xception.modelimport.quantisation;

/** Hears how far a quantisation has come. */
@FunctionalInterface
public interface QuantisationProgress {

    /** The parts of the work, in their order; those up to {@link #CORRECT_BIASES} again for each set of float layers. */
    enum Step {
        /** Makes the channels of each tensor alike. */
        EQUALISE,
        /** One step for each calibration picture. */
        CALIBRATE,
        /** Decides what each tensor's bytes mean. */
        CHOOSE_RANGES,
        /** Measures what rounding does to the layers on average. */
        CORRECT_BIASES,
        /** Measures what each layer costs. */
        RANK_LAYERS,
        /** One step for each set of float layers that was tried. */
        COMPARE,
        /** Measures what reaches each layer. */
        MEASURE_LAYERS
    }

    /** The step, or one more part of it, is about to be done. */
    void started(Step step);
}
