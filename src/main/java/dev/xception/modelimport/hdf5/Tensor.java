package dev.xception.modelimport.hdf5;

import java.util.Arrays;

/** Float values in C order (last axis fastest). The array is shared, not copied: treat it as read-only. */
public final class Tensor {

    private final int[] shape;
    private final float[] values;

    public Tensor(float[] values, int... shape) {
        if (Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact) != values.length) {
            throw new IllegalArgumentException(values.length + " values for the shape " + Arrays.toString(shape));
        }
        this.shape = shape.clone();
        this.values = values;
    }

    public int rank() {
        return shape.length;
    }

    public int dimension(int axis) {
        return shape[axis];
    }

    public int size() {
        return values.length;
    }

    public float[] values() {
        return values;
    }

    /** The same values under another shape. */
    public Tensor reshaped(int... newShape) {
        return new Tensor(values, newShape);
    }

    /** Other values in the same shape. */
    public Tensor withValues(float[] newValues) {
        return new Tensor(newValues, shape);
    }

    /** Axis {@code i} of the result is axis {@code axes[i]} of this tensor. */
    public Tensor permuted(int... axes) {
        int[] newShape = new int[shape.length];
        int[] steps = new int[shape.length];
        for (int i = 0; i < axes.length; i++) {
            newShape[i] = shape[axes[i]];
            steps[i] = step(axes[i]);
        }
        float[] moved = new float[values.length];
        int[] index = new int[axes.length];
        int source = 0;
        for (int target = 0; target < moved.length; target++) {
            moved[target] = values[source];
            for (int axis = axes.length - 1; axis >= 0; axis--) {
                source += steps[axis];
                if (++index[axis] < newShape[axis]) {
                    break;
                }
                source -= steps[axis] * newShape[axis];
                index[axis] = 0;
            }
        }
        return new Tensor(moved, newShape);
    }

    private int step(int axis) {
        int step = 1;
        for (int i = axis + 1; i < shape.length; i++) {
            step *= shape[i];
        }
        return step;
    }

    /** A shape as Python prints it: {@code (3, 3, 32, 64)}. */
    public static String shapeText(int... shape) {
        return Arrays.toString(shape).replace('[', '(').replace(']', ')');
    }
}
