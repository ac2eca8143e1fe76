package dev.xception.modelimport;

import dev.xception.modelimport.hdf5.Tensor;
import dev.xception.modelimport.keras.Activation;
import dev.xception.modelimport.keras.Graph;
import dev.xception.modelimport.keras.Layer;
import dev.xception.modelimport.keras.Node;
import dev.xception.modelimport.keras.Scale;
import dev.xception.modelimport.keras.Shape;
import dev.xception.modelimport.keras.Window;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * Evaluates a graph of layers as they are defined: channels last, in double, with explicit loops, and nothing simplified. It
 * shares no step with the way through ONNX, so that the two can be compared.
 */
final class NaiveNetwork {

    private final Map<Node, double[]> values = new HashMap<>();

    private NaiveNetwork() {}

    /** The value of every node for one picture. */
    static Map<Node, double[]> evaluate(Graph graph, byte[] image) {
        NaiveNetwork network = new NaiveNetwork();
        double[] pixels = new double[image.length];
        Arrays.setAll(pixels, i -> image[i] & 0xff);
        for (Node node : graph.nodes()) {
            network.values.put(node, network.value(node, pixels));
        }
        return network.values;
    }

    private double[] value(Node node, double[] pixels) {
        if (node.layer() instanceof Layer.Input) {
            return pixels;
        }
        double[] x = values.get(node.input());
        Shape in = node.input().shape();
        Shape out = node.shape();
        double[] y = new double[out.elements()];
        switch (node.layer()) {
            case Layer.Input _ -> throw new AssertionError();
            case Scale scale ->
                Arrays.setAll(y, i -> x[i] * scale.factor(i % out.channels()) + scale.offset(i % out.channels()));
            case Layer.Dense dense ->
                Arrays.setAll(y, i -> {
                    double sum = dense.bias().values()[i % dense.units()];
                    int inputs = in.channels();
                    for (int k = 0; k < inputs; k++) {
                        sum += x[i / dense.units() * inputs + k]
                                * dense.kernel().values()[k * dense.units() + i % dense.units()];
                    }
                    return sum;
                });
            case Layer.Convolution convolution ->
                forEach(out, (i, row, column, filter) -> y[i] = convolve(convolution, x, in, row, column, filter));
            case Layer.Pooling pooling ->
                forEach(out, (i, row, column, channel) -> y[i] = pool(pooling, x, in, row, column, channel));
            case Layer.GlobalPooling pooling ->
                Arrays.setAll(y, channel -> {
                    double[] plane = new double[in.height() * in.width()];
                    Arrays.setAll(plane, p -> x[p * in.channels() + channel]);
                    return pooling.kind() == Layer.Pooling.Kind.MAX
                            ? Arrays.stream(plane).max().orElseThrow()
                            : Arrays.stream(plane).average().orElseThrow();
                });
            case Layer.Border border ->
                forEach(
                        out,
                        (i, row, column, channel) ->
                                y[i] = at(x, in, row - border.top(), column - border.left(), channel));
            case Layer.UpSampling up ->
                forEach(
                        out,
                        (i, row, column, channel) -> y[i] = up.bilinear()
                                ? bilinear(
                                        x,
                                        in,
                                        (row + 0.5) / up.factorY() - 0.5,
                                        (column + 0.5) / up.factorX() - 0.5,
                                        channel)
                                : at(x, in, row / up.factorY(), column / up.factorX(), channel));
            case Layer.Reshape _ -> System.arraycopy(x, 0, y, 0, y.length);
            case Layer.Permute permute -> permute(permute.axes(), x, in, y, out);
            case Layer.Merge merge -> merge(node, merge, y);
            case Layer.Concatenation concatenation -> concatenate(node, concatenation.axis(), y);
            case Layer.Activate activate -> activate(activate.function(), x, y, out);
        }
        return y;
    }

    private interface Position {
        void accept(int index, int row, int column, int channel);
    }

    private static void forEach(Shape shape, Position position) {
        for (int i = 0; i < shape.elements(); i++) {
            int channel = i % shape.channels();
            int column = i / shape.channels() % shape.width();
            position.accept(i, i / shape.channels() / shape.width(), column, channel);
        }
    }

    private static double at(double[] x, Shape shape, int row, int column, int channel) {
        boolean inside = row >= 0 && row < shape.height() && column >= 0 && column < shape.width();
        return inside ? x[(row * shape.width() + column) * shape.channels() + channel] : 0;
    }

    private static double bilinear(double[] x, Shape shape, double row, double column, int channel) {
        double y = Math.clamp(row, 0, shape.height() - 1);
        double z = Math.clamp(column, 0, shape.width() - 1);
        int top = (int) y;
        int left = (int) z;
        int bottom = Math.min(top + 1, shape.height() - 1);
        int right = Math.min(left + 1, shape.width() - 1);
        double upper =
                at(x, shape, top, left, channel) * (1 - z + left) + at(x, shape, top, right, channel) * (z - left);
        double lower = at(x, shape, bottom, left, channel) * (1 - z + left)
                + at(x, shape, bottom, right, channel) * (z - left);
        return upper * (1 - y + top) + lower * (y - top);
    }

    private static double convolve(
            Layer.Convolution convolution, double[] x, Shape in, int row, int column, int filter) {
        Window window = convolution.window();
        Tensor kernel = convolution.kernel();
        int perGroup = kernel.dimension(1);
        int group = filter / (convolution.filters() / convolution.groups());
        double sum = convolution.bias().values()[filter];
        for (int c = 0; c < perGroup; c++) {
            for (int ky = 0; ky < window.height(); ky++) {
                for (int kx = 0; kx < window.width(); kx++) {
                    int sourceRow = row * window.strideY()
                            + ky * window.dilationY()
                            - window.rows(in).before();
                    int sourceColumn = column * window.strideX()
                            + kx * window.dilationX()
                            - window.columns(in).before();
                    float weight =
                            kernel.values()[((filter * perGroup + c) * window.height() + ky) * window.width() + kx];
                    sum += weight * at(x, in, sourceRow, sourceColumn, group * perGroup + c);
                }
            }
        }
        return sum;
    }

    private static double pool(Layer.Pooling pooling, double[] x, Shape in, int row, int column, int channel) {
        Window window = pooling.window();
        double sum = 0;
        double largest = Double.NEGATIVE_INFINITY;
        int count = 0;
        for (int ky = 0; ky < window.height(); ky++) {
            for (int kx = 0; kx < window.width(); kx++) {
                int sourceRow = row * window.strideY() + ky - window.rows(in).before();
                int sourceColumn =
                        column * window.strideX() + kx - window.columns(in).before();
                if (sourceRow >= 0 && sourceRow < in.height() && sourceColumn >= 0 && sourceColumn < in.width()) {
                    double value = at(x, in, sourceRow, sourceColumn, channel);
                    sum += value;
                    largest = Math.max(largest, value);
                    count++;
                }
            }
        }
        return pooling.kind() == Layer.Pooling.Kind.MAX ? largest : sum / count;
    }

    private static void permute(List<Integer> axes, double[] x, Shape in, double[] y, Shape out) {
        int rank = in.rank();
        int[] index = new int[rank];
        for (int i = 0; i < y.length; i++) {
            int rest = i;
            for (int axis = rank - 1; axis >= 0; axis--) {
                index[axes.get(axis)] = rest % out.axes().get(axis);
                rest /= out.axes().get(axis);
            }
            int source = 0;
            for (int axis = 0; axis < rank; axis++) {
                source = source * in.axes().get(axis) + index[axis];
            }
            y[i] = x[source];
        }
    }

    private void merge(Node node, Layer.Merge merge, double[] y) {
        Shape out = node.shape();
        for (int i = 0; i < y.length; i++) {
            double result = 0;
            for (int n = 0; n < node.inputs().size(); n++) {
                Node input = node.inputs().get(n);
                double value = values.get(input)[broadcast(i, out, input.shape())];
                result = n == 0
                        ? value
                        : switch (merge.kind()) {
                            case ADD, AVERAGE -> result + value;
                            case SUBTRACT -> result - value;
                            case MULTIPLY -> result * value;
                            case MAXIMUM -> Math.max(result, value);
                            case MINIMUM -> Math.min(result, value);
                        };
            }
            y[i] = merge.kind() == Layer.Merge.Kind.AVERAGE
                    ? result / node.inputs().size()
                    : result;
        }
    }

    private static int broadcast(int index, Shape out, Shape in) {
        int source = 0;
        int step = 1;
        int rest = index;
        for (int back = 1; back <= in.rank(); back++) {
            int position = rest % out.axes().get(out.rank() - back);
            rest /= out.axes().get(out.rank() - back);
            int size = in.axes().get(in.rank() - back);
            source += size == 1 ? 0 : position * step;
            step *= size;
        }
        return source;
    }

    private void concatenate(Node node, int axis, double[] y) {
        Shape out = node.shape();
        int inner = out.axes().subList(axis + 1, out.rank()).stream().reduce(1, (a, b) -> a * b);
        int start = 0;
        for (Node input : node.inputs()) {
            int length = input.shape().axes().get(axis) * inner;
            double[] x = values.get(input);
            for (int i = 0; i < x.length; i++) {
                y[i / length * out.axes().get(axis) * inner + start + i % length] = x[i];
            }
            start += length;
        }
    }

    private static void activate(Activation function, double[] x, double[] y, Shape shape) {
        if (function instanceof Activation.Softmax) {
            int channels = shape.channels();
            for (int start = 0; start < y.length; start += channels) {
                double sum = 0;
                for (int i = start; i < start + channels; i++) {
                    y[i] = Math.exp(x[i]);
                    sum += y[i];
                }
                for (int i = start; i < start + channels; i++) {
                    y[i] /= sum;
                }
            }
        } else if (function instanceof Activation.PRelu(Tensor slopes)) {
            int[] axes = new int[slopes.rank()];
            Arrays.setAll(axes, slopes::dimension);
            for (int i = 0; i < y.length; i++) {
                float slope = slopes.values()[broadcast(i, shape, Shape.of(axes))];
                y[i] = x[i] > 0 ? x[i] : slope * x[i];
            }
        } else {
            Arrays.setAll(y, i -> pointwise(function).applyAsDouble(x[i]));
        }
    }

    private static DoubleUnaryOperator pointwise(Activation function) {
        return switch (function) {
            case Activation.Relu r ->
                x -> x >= r.threshold() ? Math.min(x, r.ceiling()) : r.slope() * (x - r.threshold());
            case Activation.Elu elu -> x -> x > 0 ? x : elu.alpha() * Math.expm1(x);
            case Activation.HardSigmoid h -> x -> Math.clamp(h.slope() * x + 0.5, 0, 1);
            case Activation.Gelu gelu ->
                gelu.approximate()
                        ? x -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))
                        : x -> x * normalDistribution(x);
            case Activation.Simple simple ->
                switch (simple) {
                    case SIGMOID -> NaiveNetwork::sigmoid;
                    case TANH -> Math::tanh;
                    case SELU -> x -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x));
                    case SWISH -> x -> x * sigmoid(x);
                    case HARD_SWISH -> x -> x * Math.clamp(x / 6 + 0.5, 0, 1);
                    case MISH -> x -> x * Math.tanh(Math.log1p(Math.exp(x)));
                    case SOFTPLUS -> x -> Math.log1p(Math.exp(x));
                    case SOFTSIGN -> x -> x / (1 + Math.abs(x));
                    case EXPONENTIAL -> Math::exp;
                };
            case Activation.Softmax _, Activation.PRelu _ -> throw new AssertionError(function);
        };
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** By Simpson's rule. */
    private static double normalDistribution(double x) {
        int steps = 2000;
        double step = x / steps;
        double sum = 0;
        for (int i = 0; i <= steps; i++) {
            double weight = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.exp(-i * step * i * step / 2);
        }
        return 0.5 + sum * step / 3 / Math.sqrt(2 * Math.PI);
    }
}
