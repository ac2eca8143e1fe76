package dev.xception.modelimport.keras;

import dev.xception.modelimport.hdf5.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The simple layers that every Keras layer is made of: a SeparableConv2D with an activation is two convolutions and an
 * activation, a BatchNormalization is a {@link Scale}. Maps are channels-last, as in Keras.
 */
public sealed interface Layer permits Layer.Simple, Scale {

    /** The shape of the output for inputs of these shapes. */
    Shape output(List<Shape> inputs);

    /** Multiply-adds for one example; what has no weights counts as nothing. */
    default long multiplyAdds(List<Shape> inputs) {
        return 0;
    }

    /** All but {@link Scale}, which has a file of its own. */
    sealed interface Simple extends Layer {}

    /** The picture, or the input of a nested model. */
    record Input(Shape shape) implements Simple {
        @Override
        public Shape output(List<Shape> inputs) {
            return shape;
        }
    }

    /**
     * A convolution in groups; a depthwise one has as many groups as input channels.
     *
     * @param kernel {@code (filters, channels / groups, height, width)}
     */
    record Convolution(Tensor kernel, Tensor bias, Window window, int groups) implements Simple {
        public int filters() {
            return kernel.dimension(0);
        }

        @Override
        public Shape output(List<Shape> inputs) {
            return window.output(inputs.getFirst(), filters());
        }

        @Override
        public long multiplyAdds(List<Shape> inputs) {
            Shape output = output(inputs);
            return (long) output.height() * output.width() * kernel.size();
        }
    }

    /** A fully connected layer over the last axis; the kernel is {@code (inputs, units)}. */
    record Dense(Tensor kernel, Tensor bias) implements Simple {
        public int units() {
            return kernel.dimension(1);
        }

        @Override
        public Shape output(List<Shape> inputs) {
            return inputs.getFirst().withChannels(units());
        }

        @Override
        public long multiplyAdds(List<Shape> inputs) {
            return (long) inputs.getFirst().elements() * units();
        }
    }

    record Activate(Activation function) implements Simple {
        @Override
        public Shape output(List<Shape> inputs) {
            return inputs.getFirst();
        }
    }

    /** An average leaves padding out of the count. */
    record Pooling(Pooling.Kind kind, Window window) implements Simple {
        public enum Kind {
            AVERAGE,
            MAX
        }

        @Override
        public Shape output(List<Shape> inputs) {
            return window.output(inputs.getFirst(), inputs.getFirst().channels());
        }
    }

    record GlobalPooling(Pooling.Kind kind, boolean keepDims) implements Simple {
        @Override
        public Shape output(List<Shape> inputs) {
            int channels = inputs.getFirst().channels();
            return keepDims ? Shape.of(1, 1, channels) : Shape.of(channels);
        }
    }

    /** Rows and columns added (zeros) or, where negative, taken away at the four sides. */
    record Border(int top, int bottom, int left, int right) implements Simple {
        @Override
        public Shape output(List<Shape> inputs) {
            Shape input = inputs.getFirst();
            return Shape.of(
                    Math.addExact(input.height(), Math.addExact(top, bottom)),
                    Math.addExact(input.width(), Math.addExact(left, right)),
                    input.channels());
        }
    }

    record UpSampling(int factorY, int factorX, boolean bilinear) implements Simple {
        @Override
        public Shape output(List<Shape> inputs) {
            Shape input = inputs.getFirst();
            return Shape.of(
                    Math.multiplyExact(input.height(), factorY),
                    Math.multiplyExact(input.width(), factorX),
                    input.channels());
        }
    }

    /** Another shape over the same values in channels-last order. */
    record Reshape(Shape target) implements Simple {
        @Override
        public Shape output(List<Shape> inputs) {
            if (inputs.getFirst().elements() != target.elements()) {
                throw new IllegalArgumentException("cannot reshape " + inputs.getFirst() + " to " + target);
            }
            return target;
        }
    }

    /** Axis {@code i} of the output is axis {@code axes[i]} of the input, from 0 and without the batch. */
    record Permute(List<Integer> axes) implements Simple {
        @Override
        public Shape output(List<Shape> inputs) {
            return new Shape(axes.stream().map(inputs.getFirst().axes()::get).toList());
        }
    }

    /** Several inputs made one, value by value; an input with fewer or smaller axes is repeated. */
    record Merge(Merge.Kind kind) implements Simple {
        public enum Kind {
            ADD,
            SUBTRACT,
            MULTIPLY,
            AVERAGE,
            MAXIMUM,
            MINIMUM
        }

        @Override
        public Shape output(List<Shape> inputs) {
            int rank = inputs.stream().mapToInt(Shape::rank).max().orElseThrow();
            List<Integer> axes = new ArrayList<>();
            for (int axis = 0; axis < rank; axis++) {
                int size = 1;
                for (Shape input : inputs) {
                    int own =
                            axis - (rank - input.rank()) < 0 ? 1 : input.axes().get(axis - (rank - input.rank()));
                    if (own != 1 && size != 1 && own != size) {
                        throw new IllegalArgumentException("cannot merge the shapes " + inputs);
                    }
                    size = Math.max(size, own);
                }
                axes.add(size);
            }
            return new Shape(axes);
        }
    }

    /** Inputs laid one after another along an axis, from 0 and without the batch. */
    record Concatenation(int axis) implements Simple {
        @Override
        public Shape output(List<Shape> inputs) {
            List<Integer> axes = new ArrayList<>(inputs.getFirst().axes());
            for (Shape input : inputs.subList(1, inputs.size())) {
                List<Integer> others = new ArrayList<>(input.axes());
                if (others.size() == axes.size()) {
                    int size = axes.get(axis) + others.get(axis);
                    axes.set(axis, size);
                    others.set(axis, size);
                }
                if (!others.equals(axes)) {
                    throw new IllegalArgumentException("cannot concatenate the shapes " + inputs);
                }
            }
            return new Shape(axes);
        }
    }
}
