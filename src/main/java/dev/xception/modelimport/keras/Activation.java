package dev.xception.modelimport.keras;

import dev.xception.modelimport.hdf5.Tensor;

/** A function applied to every value, or over the last axis where it is a softmax. */
public sealed interface Activation {

    /** {@code min(x, ceiling)} from the threshold on, {@code slope * (x - threshold)} below it. */
    record Relu(double ceiling, double slope, double threshold) implements Activation {
        public static final Relu PLAIN = new Relu(Double.POSITIVE_INFINITY, 0, 0);
        public static final Relu SIX = new Relu(6, 0, 0);
    }

    /** {@code x} where positive, else {@code alpha * (exp(x) - 1)}. */
    record Elu(double alpha) implements Activation {}

    /** {@code clip(slope * x + 0.5, 0, 1)}. */
    record HardSigmoid(double slope) implements Activation {}

    /** {@code x * Phi(x)}, or its approximation through tanh. */
    record Gelu(boolean approximate) implements Activation {}

    /** {@code x} where positive, else {@code slope * x}; the slopes have the input's shape, with 1 on shared axes. */
    record PRelu(Tensor slopes) implements Activation {}

    /** Softmax over the last axis. */
    record Softmax() implements Activation {}

    /** The functions without a parameter. */
    enum Simple implements Activation {
        SIGMOID,
        TANH,
        SELU,
        SWISH,
        HARD_SWISH,
        MISH,
        SOFTPLUS,
        SOFTSIGN,
        EXPONENTIAL
    }
}
