package dev.xception.modelimport.keras;

import dev.xception.modelimport.InvalidModelException;
import dev.xception.modelimport.hdf5.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Reads the layers with kernels and the pooling layers. */
final class ConvolutionReader {

    private static final Window POINT = new Window(1, 1, 1, 1, 1, 1, false);

    private ConvolutionReader() {}

    static List<Layer> convolution(LayerSource source) {
        Window window = window(source, "kernel_size", 1);
        int groups = source.settings().integer("groups", 1);
        int filters = source.settings().integer("filters");
        int channels = source.input().channels();
        if (groups < 1 || channels % groups != 0 || filters % groups != 0) {
            throw source.settings().invalid("groups");
        }
        Tensor kernel = source.weights().next("kernel", window.height(), window.width(), channels / groups, filters);
        Tensor bias = bias(source, filters);
        return activated(source, new Layer.Convolution(kernel.permuted(3, 2, 0, 1), bias, window, groups));
    }

    static List<Layer> depthwise(LayerSource source) {
        Tensor kernel = depthwiseKernel(source);
        Tensor bias = bias(source, kernel.dimension(0));
        return activated(source, depthwise(source, kernel, bias));
    }

    /** A depthwise convolution, then a pointwise one: the bias and the activation belong to the second. */
    static List<Layer> separable(LayerSource source) {
        Tensor kernel = depthwiseKernel(source);
        int between = kernel.dimension(0);
        int filters = source.settings().integer("filters");
        Tensor pointwise = source.weights().next("pointwise_kernel", 1, 1, between, filters);
        Tensor bias = bias(source, filters);
        List<Layer> layers = new ArrayList<>();
        layers.add(depthwise(source, kernel, zeros(between)));
        layers.addAll(activated(source, new Layer.Convolution(pointwise.permuted(3, 2, 0, 1), bias, POINT, 1)));
        return layers;
    }

    /** On a map this is a pointwise convolution. */
    static List<Layer> dense(LayerSource source) {
        int inputs = source.input().channels();
        int units = source.settings().integer("units");
        Tensor kernel = source.weights().next("kernel", inputs, units);
        Tensor bias = bias(source, units);
        Layer dense = source.input().isMap()
                ? new Layer.Convolution(kernel.permuted(1, 0).reshaped(units, inputs, 1, 1), bias, POINT, 1)
                : new Layer.Dense(kernel, bias);
        return activated(source, dense);
    }

    /** A window over the whole map is global pooling. */
    static List<Layer> pooling(LayerSource source, Layer.Pooling.Kind kind) {
        Window window = window(source, "pool_size", 2);
        return List.of(
                window.covers(source.input()) ? new Layer.GlobalPooling(kind, true) : new Layer.Pooling(kind, window));
    }

    private static Layer.Convolution depthwise(LayerSource source, Tensor kernel, Tensor bias) {
        return new Layer.Convolution(
                kernel, bias, window(source, "kernel_size", 1), source.input().channels());
    }

    /** Keras' {@code (height, width, channels, multiplier)} as {@code (channels * multiplier, 1, height, width)}. */
    private static Tensor depthwiseKernel(LayerSource source) {
        Window window = window(source, "kernel_size", 1);
        int channels = source.input().channels();
        int multiplier = source.settings().integer("depth_multiplier", 1);
        return source.weights()
                .next("depthwise_kernel", window.height(), window.width(), channels, multiplier)
                .permuted(2, 3, 0, 1)
                .reshaped(channels * multiplier, 1, window.height(), window.width());
    }

    private static Tensor bias(LayerSource source, int filters) {
        return source.settings().flag("use_bias", true) ? source.weights().next("bias", filters) : zeros(filters);
    }

    private static Tensor zeros(int size) {
        return new Tensor(new float[size], size);
    }

    private static List<Layer> activated(LayerSource source, Layer layer) {
        return ActivationReader.setting(source)
                .map(function -> List.of(layer, (Layer) new Layer.Activate(function)))
                .orElse(List.of(layer));
    }

    private static Window window(LayerSource source, String sizeKey, int defaultSize) {
        Settings settings = source.settings();
        if (!source.input().isMap()) {
            throw new InvalidModelException("layer " + source.name() + " of class "
                    + source.config().className() + " needs a map, but its input has the shape " + source.input());
        }
        String padding = settings.string("padding", "valid");
        if (!padding.equals("same") && !padding.equals("valid")) {
            throw settings.invalid("padding");
        }
        List<Integer> size = settings.pair(sizeKey, defaultSize);
        boolean pooling = sizeKey.equals("pool_size");
        List<Integer> strides = !settings.has("strides") && pooling ? size : settings.pair("strides", 1);
        List<Integer> dilation = settings.pair("dilation_rate", 1);
        return new Window(
                size.get(0),
                size.get(1),
                strides.get(0),
                strides.get(1),
                dilation.get(0),
                dilation.get(1),
                padding.equals("same"));
    }
}
