package dev.xception.modelimport.keras;

import dev.xception.modelimport.hdf5.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Seeded weights of a network that nobody trained. Kernels are uniform with He's limit, so that values keep their size from
 * one relu to the next; a pointwise kernel, which no relu precedes, has half the variance.
 */
public final class RandomWeights implements ModelWeights {

    /** Below one, since every shortcut adds the variance of its block. */
    private static final float BATCH_NORM_FACTOR = 0.8f;

    private final SplittableRandom random;

    public RandomWeights(long seed) {
        this.random = new SplittableRandom(seed);
    }

    @Override
    public LayerWeights of(LayerConfig layer) {
        return new LayerWeights() {
            @Override
            public Tensor next(String role, int... shape) {
                return tensor(role, shape);
            }

            @Override
            public void finish() {}
        };
    }

    private Tensor tensor(String role, int... shape) {
        float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        switch (role) {
            case "gamma" -> Arrays.fill(values, BATCH_NORM_FACTOR);
            case "moving_variance" -> Arrays.fill(values, 1);
            case "depthwise_kernel" -> fill(values, 6.0 / (shape[0] * shape[1]));
            case "pointwise_kernel" -> fill(values, 3.0 / inputs(shape));
            case "kernel" -> fill(values, 6.0 / inputs(shape));
            default -> {}
        }
        return new Tensor(values, shape);
    }

    /** How many values each output of a kernel adds up. */
    private static int inputs(int... shape) {
        return Arrays.stream(shape, 0, shape.length - 1).reduce(1, Math::multiplyExact);
    }

    private void fill(float[] values, double squaredLimit) {
        double limit = Math.sqrt(squaredLimit);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-limit, limit);
        }
    }
}
