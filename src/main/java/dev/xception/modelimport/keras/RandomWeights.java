package dev.xception.modelimport.keras;

import dev.xception.modelimport.hdf5.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Seeded weights of a network that nobody trained: He-uniform kernels, and batch norms that change nothing. */
public final class RandomWeights implements ModelWeights {

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
            case "gamma", "moving_variance" -> Arrays.fill(values, 1);
            case "depthwise_kernel" -> fill(values, shape[0] * shape[1]);
            case "kernel", "pointwise_kernel" -> fill(values, values.length / shape[shape.length - 1]);
            default -> {}
        }
        return new Tensor(values, shape);
    }

    private void fill(float[] values, int inputs) {
        double limit = Math.sqrt(6.0 / inputs);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-limit, limit);
        }
    }
}
