package dev.xception.modelimport.keras;

import static java.util.Map.entry;

import dev.xception.modelimport.InvalidModelException;
import dev.xception.modelimport.hdf5.Tensor;
import dev.xception.modelimport.keras.Layer.Merge;
import dev.xception.modelimport.keras.Layer.Pooling;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Makes the simple layers that a Keras layer stands for. What is not in its table is not supported. */
final class LayerFactory {

    private static final Set<String> WITH_WEIGHTS = Set.of(
            "Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Dense", "BatchNormalization", "PReLU", "Normalization");

    /** Layers that do nothing at inference. */
    private static final Set<String> TRAINING_ONLY = Set.of(
            "Dropout",
            "SpatialDropout2D",
            "GaussianDropout",
            "GaussianNoise",
            "AlphaDropout",
            "ActivityRegularization",
            "Identity",
            "RandomFlip",
            "RandomRotation",
            "RandomZoom",
            "RandomContrast",
            "RandomBrightness",
            "RandomTranslation",
            "RandomHeight",
            "RandomWidth",
            "RandomShear",
            "RandomHue",
            "RandomSaturation",
            "RandomSharpness",
            "RandomGrayscale",
            "RandomColorJitter",
            "RandomColorDegeneration",
            "RandomPosterization",
            "RandomInvert",
            "RandomErasing",
            "RandomPerspective",
            "RandomGaussianBlur",
            "RandomElasticTransform");

    private static final Map<String, Function<LayerSource, List<Layer>>> READERS = readers();

    private LayerFactory() {}

    private static Map<String, Function<LayerSource, List<Layer>>> readers() {
        Map<String, Function<LayerSource, List<Layer>>> readers = new HashMap<>(Map.ofEntries(
                entry("Conv2D", ConvolutionReader::convolution),
                entry("DepthwiseConv2D", ConvolutionReader::depthwise),
                entry("SeparableConv2D", ConvolutionReader::separable),
                entry("Dense", ConvolutionReader::dense),
                entry("MaxPooling2D", source -> ConvolutionReader.pooling(source, Pooling.Kind.MAX)),
                entry("AveragePooling2D", source -> ConvolutionReader.pooling(source, Pooling.Kind.AVERAGE)),
                entry("GlobalMaxPooling2D", source -> globalPooling(source, Pooling.Kind.MAX)),
                entry("GlobalAveragePooling2D", source -> globalPooling(source, Pooling.Kind.AVERAGE)),
                entry("BatchNormalization", ScaleReader::batchNormalization),
                entry("Normalization", ScaleReader::normalization),
                entry("Rescaling", ScaleReader::rescaling),
                entry("Activation", LayerFactory::activation),
                entry("PReLU", LayerFactory::pRelu),
                entry("ZeroPadding2D", source -> border(source, "padding", 1)),
                entry("Cropping2D", source -> border(source, "cropping", -1)),
                entry("UpSampling2D", LayerFactory::upSampling),
                entry("Resizing", LayerFactory::resizing),
                entry(
                        "Flatten",
                        source -> List.of(
                                new Layer.Reshape(Shape.of(source.input().elements())))),
                entry("Reshape", LayerFactory::reshape),
                entry("Permute", LayerFactory::permute),
                entry("Add", source -> merge(source, Merge.Kind.ADD)),
                entry("Subtract", source -> merge(source, Merge.Kind.SUBTRACT)),
                entry("Multiply", source -> merge(source, Merge.Kind.MULTIPLY)),
                entry("Average", source -> merge(source, Merge.Kind.AVERAGE)),
                entry("Maximum", source -> merge(source, Merge.Kind.MAXIMUM)),
                entry("Minimum", source -> merge(source, Merge.Kind.MINIMUM)),
                entry("Concatenate", LayerFactory::concatenation)));
        for (String name : List.of("ReLU", "LeakyReLU", "ThresholdedReLU", "ELU", "Softmax")) {
            readers.put(
                    name,
                    source -> List.of(new Layer.Activate(ActivationReader.layer(name, source.settings(), source))));
        }
        TRAINING_ONLY.forEach(name -> readers.put(name, source -> List.of()));
        return Map.copyOf(readers);
    }

    /** Whether the file keeps variables for this layer that the network needs; a Normalization may state its own numbers. */
    static boolean hasWeights(LayerConfig layer) {
        boolean stated =
                layer.className().equals("Normalization") && layer.settings().has("mean");
        return WITH_WEIGHTS.contains(layer.className()) && !stated;
    }

    /** Whether training changes any of the layer's variables. */
    static boolean isTrained(LayerConfig layer) {
        Settings settings = layer.settings();
        boolean statisticsAlone = switch (layer.className()) {
            case "Normalization" -> true;
            case "BatchNormalization" -> !settings.flag("scale", true) && !settings.flag("center", true);
            default -> false;
        };
        return settings.flag("trainable", true) && !statisticsAlone;
    }

    /** Whether the layer, or one within it, does something else in training than at inference; a frozen batch norm does not. */
    static boolean differsInTraining(LayerConfig layer) {
        ModelConfig nested = layer.model();
        if (nested != null) {
            return nested.layers().stream().anyMatch(LayerFactory::differsInTraining);
        }
        return TRAINING_ONLY.contains(layer.className())
                || (layer.className().equals("BatchNormalization")
                        && layer.settings().flag("trainable", true));
    }

    /** Refuses, by name, the first layer that the served graph cannot hold. */
    static void requireAllSupported(ModelConfig model) {
        for (LayerConfig layer : model.layers()) {
            ModelConfig nested = layer.model();
            if (nested == null) {
                requireSupported(layer);
            } else {
                requireAllSupported(nested);
            }
        }
    }

    private static void requireSupported(LayerConfig layer) {
        boolean known = layer.operation() ? Operations.supports(layer) : READERS.containsKey(layer.className());
        if (!known && !layer.className().equals("InputLayer")) {
            throw new InvalidModelException(
                    "layer " + layer.name() + " is of class " + layer.className() + ", which is not supported");
        }
        if (layer.settings().string("data_format", "channels_last").equals("channels_first")) {
            throw layer.settings().invalid("data_format");
        }
    }

    /** The simple layers, each taking the output of the one before; none where the layer changes nothing. */
    static List<Layer> create(LayerSource source) {
        Function<LayerSource, List<Layer>> reader = READERS.get(source.config().className());
        if (reader == null) {
            throw new InvalidModelException("layer " + source.name() + " is of class "
                    + source.config().className() + ", which is not supported");
        }
        List<Layer> layers = reader.apply(source);
        if (hasWeights(source.config())) {
            source.weights().finish();
        }
        return layers;
    }

    private static List<Layer> globalPooling(LayerSource source, Pooling.Kind kind) {
        requireMap(source);
        return List.of(new Layer.GlobalPooling(kind, source.settings().flag("keepdims", false)));
    }

    private static List<Layer> activation(LayerSource source) {
        return ActivationReader.setting(source)
                .map(function -> List.of((Layer) new Layer.Activate(function)))
                .orElse(List.of());
    }

    private static List<Layer> pRelu(LayerSource source) {
        int[] shape = source.input().axes().stream().mapToInt(Integer::intValue).toArray();
        if (source.settings().has("shared_axes")) {
            source.settings().integers("shared_axes").forEach(axis -> shape[axis - 1] = 1);
        }
        Tensor slopes = source.weights().next("alpha", shape);
        return List.of(new Layer.Activate(new Activation.PRelu(slopes)));
    }

    private static List<Layer> border(LayerSource source, String key, int sign) {
        requireMap(source);
        List<Integer> sides = source.settings().sides(key);
        return List.of(
                new Layer.Border(sign * sides.get(0), sign * sides.get(1), sign * sides.get(2), sign * sides.get(3)));
    }

    private static List<Layer> upSampling(LayerSource source) {
        requireMap(source);
        List<Integer> factors = source.settings().pair("size", 2);
        return switch (source.settings().string("interpolation", "nearest")) {
            case "nearest" -> List.of(new Layer.UpSampling(factors.get(0), factors.get(1), false));
            case "bilinear" -> List.of(new Layer.UpSampling(factors.get(0), factors.get(1), true));
            default -> throw source.settings().invalid("interpolation");
        };
    }

    private static List<Layer> resizing(LayerSource source) {
        requireMap(source);
        int height = source.settings().integer("height");
        int width = source.settings().integer("width");
        if (height != source.input().height() || width != source.input().width()) {
            throw new InvalidModelException("layer " + source.name() + " of class Resizing changes " + source.input()
                    + " to " + height + "x" + width + ": import with that input size");
        }
        return List.of();
    }

    private static List<Layer> reshape(LayerSource source) {
        List<Integer> target = new ArrayList<>(source.settings().integers("target_shape"));
        int open = target.indexOf(-1);
        if (open >= 0) {
            int known = target.stream().reduce(-1, (a, b) -> a * b);
            target.set(open, known < 1 ? 0 : source.input().elements() / known);
        }
        return List.of(new Layer.Reshape(new Shape(target)));
    }

    private static List<Layer> permute(LayerSource source) {
        List<Integer> axes = source.settings().integers("dims").stream()
                .map(axis -> axis - 1)
                .toList();
        if (!axes.stream()
                .sorted()
                .toList()
                .equals(IntStream.range(0, source.input().rank()).boxed().toList())) {
            throw source.settings().invalid("dims");
        }
        return List.of(new Layer.Permute(axes));
    }

    private static List<Layer> merge(LayerSource source, Merge.Kind kind) {
        requireSeveralInputs(source);
        return List.of(new Merge(kind));
    }

    private static List<Layer> concatenation(LayerSource source) {
        requireSeveralInputs(source);
        int axis = source.settings().integer("axis", -1);
        int rank = source.input().rank();
        int fromZero = axis < 0 ? rank + axis : axis - 1;
        if (fromZero < 0 || fromZero >= rank) {
            throw source.settings().invalid("axis");
        }
        return List.of(new Layer.Concatenation(fromZero));
    }

    private static void requireSeveralInputs(LayerSource source) {
        if (source.inputs().size() < 2) {
            throw new InvalidModelException(
                    "layer " + source.name() + " of class " + source.config().className() + " has only one input");
        }
    }

    private static void requireMap(LayerSource source) {
        if (!source.input().isMap()) {
            throw new InvalidModelException("layer " + source.name() + " of class "
                    + source.config().className() + " needs a map, but its input has the shape " + source.input());
        }
    }
}
