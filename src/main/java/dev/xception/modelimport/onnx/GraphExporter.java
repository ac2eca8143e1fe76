package dev.xception.modelimport.onnx;

import static dev.xception.modelimport.onnx.OnnxBuilder.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.xception.modelimport.hdf5.Tensor;
import dev.xception.modelimport.keras.Layer;
import dev.xception.modelimport.keras.Node;
import dev.xception.modelimport.keras.Scale;
import dev.xception.modelimport.keras.Shape;
import dev.xception.modelimport.keras.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes a classifier as the ONNX graph that is served: {@code image} in, {@code probabilities} out, and where there is a
 * feature map {@code features} and {@code embedding}.
 *
 * <p>Keras maps are channels-last, ONNX convolutions want channels first: every map is kept as NCHW, so the picture is
 * transposed once, and shapes of other ranks hold their values in Keras' order. A node's output bears the name of its Keras
 * layer.
 */
final class GraphExporter {

    static final String IMAGE = "image";
    static final String PROBABILITIES = "probabilities";
    static final String FEATURES = "features";
    static final String EMBEDDING = "embedding";

    private final OnnxBuilder onnx;
    private final ClassifierHead head;
    private final ActivationExporter activations;
    private final Map<Node, String> values = new HashMap<>();
    private final Map<Node, String> averages = new HashMap<>();
    private final Map<String, Node> lastOfName = new HashMap<>();
    private @Nullable String classifierKernel;
    private @Nullable String classifierBias;

    private GraphExporter(String name, ClassifierHead head) {
        this.onnx = new OnnxBuilder(name);
        this.head = head;
        this.activations = new ActivationExporter(onnx);
        List.of(IMAGE, PROBABILITIES, FEATURES, EMBEDDING).forEach(onnx::reserve);
        head.graph().nodes().forEach(node -> lastOfName.put(node.name(), node));
    }

    /**
     * The graph, and the initializers that score the classes.
     *
     * @param classifierKernel {@code (channels, classes)} over {@code embedding}; null where the network ends otherwise
     */
    record Exported(
            GraphProto graph,
            @Nullable String classifierKernel,
            @Nullable String classifierBias) {}

    static Exported export(String name, ClassifierHead head) {
        return new GraphExporter(name, head).export();
    }

    private Exported export() {
        for (Node node : head.graph().nodes()) {
            values.put(node, write(node));
        }
        onnx.output(PROBABILITIES, head.graph().output().shape().axes());
        Node features = head.features();
        if (features != null) {
            onnx.node("Transpose", FEATURES, List.of(value(features)), attribute("perm", List.of(0, 2, 3, 1)));
            average(features);
            onnx.output(FEATURES, features.shape().axes());
            onnx.output(EMBEDDING, List.of(features.shape().channels()));
        }
        return new Exported(onnx.build(), classifierKernel, classifierBias);
    }

    private String write(Node node) {
        return switch (node.layer()) {
            case Layer.Input input -> image(input.shape());
            case Layer.Convolution convolution -> convolution(node, convolution);
            case Layer.Dense dense -> dense(node, dense);
            case Scale scale -> scale(node, scale);
            case Layer.Activate activate ->
                activations.write(activate.function(), value(node.input()), node.shape(), name(node, "activation"));
            case Layer.Pooling pooling -> pooling(node, pooling);
            case Layer.GlobalPooling pooling -> globalPooling(node, pooling);
            case Layer.Border border -> border(node, border);
            case Layer.UpSampling upSampling -> upSampling(node, upSampling);
            case Layer.Reshape reshape ->
                fromKerasOrder(toKerasOrder(node.input()), reshape.target(), name(node, "reshape"));
            case Layer.Permute permute -> permute(node, permute);
            case Layer.Merge merge -> merge(node, merge);
            case Layer.Concatenation concatenation -> concatenation(node, concatenation);
        };
    }

    private String value(Node node) {
        return Objects.requireNonNull(values.get(node), node::toString);
    }

    /** The name of the last part of a Keras layer is the layer's; the parts before it say what they are. */
    private String name(Node node, String part) {
        if (node == head.graph().output()) {
            return PROBABILITIES;
        }
        return onnx.unique(lastOfName.get(node.name()) == node ? node.name() : node.name() + "/" + part);
    }

    /** Cast before the transposition: TensorRT takes uint8 only into a cast. */
    private String image(Shape shape) {
        onnx.input(IMAGE, DataType.UINT8, shape.isMap() ? shape.axes() : List.of(shape.height(), shape.width(), 1));
        String floats = onnx.node(
                "Cast", onnx.unique("image/float"), List.of(IMAGE), attribute("to", DataType.FLOAT.getNumber()));
        return shape.isMap()
                ? onnx.node(
                        "Transpose", onnx.unique("image/nchw"), List.of(floats), attribute("perm", List.of(0, 3, 1, 2)))
                : reshape(floats, shape.axes(), onnx.unique("image/plane"));
    }

    private String convolution(Node node, Layer.Convolution convolution) {
        String name = name(node, "convolution");
        List<String> inputs = List.of(
                value(node.input()),
                onnx.weights(name + "/kernel", convolution.kernel()),
                onnx.weights(name + "/bias", convolution.bias()));
        Window window = convolution.window();
        List<AttributeProto> attributes = window(window, node.input().shape());
        attributes.add(attribute("dilations", List.of(window.dilationY(), window.dilationX())));
        attributes.add(attribute("group", convolution.groups()));
        return onnx.node("Conv", name, inputs, attributes.toArray(AttributeProto[]::new));
    }

    private static List<AttributeProto> window(Window window, Shape input) {
        Window.Padding rows = window.rows(input);
        Window.Padding columns = window.columns(input);
        List<AttributeProto> attributes = new ArrayList<>();
        attributes.add(attribute("kernel_shape", List.of(window.height(), window.width())));
        attributes.add(attribute("strides", List.of(window.strideY(), window.strideX())));
        attributes.add(attribute("pads", List.of(rows.before(), columns.before(), rows.after(), columns.after())));
        return attributes;
    }

    private String dense(Node node, Layer.Dense dense) {
        String name = name(node, "dense");
        String kernel = onnx.weights(name + "/kernel", dense.kernel());
        String bias = onnx.weights(name + "/bias", dense.bias());
        if (node == head.classifier()) {
            classifierKernel = kernel;
            classifierBias = bias;
        }
        if (node.shape().rank() == 1) {
            return onnx.node("Gemm", name, List.of(value(node.input()), kernel, bias));
        }
        String product = onnx.node("MatMul", onnx.unique(name + "/product"), List.of(value(node.input()), kernel));
        return onnx.node("Add", name, List.of(product, bias));
    }

    private String scale(Node node, Scale scale) {
        String name = name(node, "scale");
        String factors = constants(name + "/factor", scale.factors(), node.shape());
        if (scale.keepsZero()) {
            return onnx.node("Mul", name, List.of(value(node.input()), factors));
        }
        String offsets = constants(name + "/offset", scale.offsets(), node.shape());
        String product = onnx.node("Mul", onnx.unique(name + "/product"), List.of(value(node.input()), factors));
        return onnx.node("Add", name, List.of(product, offsets));
    }

    /** Numbers for the channels of a shape, such that they meet the right axis. */
    private String constants(String name, List<Double> numbers, Shape shape) {
        float[] floats = new float[numbers.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = numbers.get(i).floatValue();
        }
        return onnx.weights(
                name,
                shape.isMap() && floats.length > 1
                        ? new Tensor(floats, floats.length, 1, 1)
                        : new Tensor(floats, floats.length));
    }

    private String pooling(Node node, Layer.Pooling pooling) {
        String operator = switch (pooling.kind()) {
            case AVERAGE -> "AveragePool";
            case MAX -> "MaxPool";
        };
        List<AttributeProto> attributes = window(pooling.window(), node.input().shape());
        return onnx.node(
                operator,
                name(node, "pooling"),
                List.of(value(node.input())),
                attributes.toArray(AttributeProto[]::new));
    }

    private String globalPooling(Node node, Layer.GlobalPooling pooling) {
        Node input = node.input();
        int channels = input.shape().channels();
        String flat = switch (pooling.kind()) {
            case AVERAGE -> average(input);
            case MAX -> flattened("GlobalMaxPool", input, onnx.unique(node.name() + "/maximum"));
        };
        if (pooling.keepDims()) {
            return reshape(flat, List.of(channels, 1, 1), name(node, "pooling"));
        }
        return node == head.graph().output() ? onnx.node("Identity", PROBABILITIES, List.of(flat)) : flat;
    }

    /** The average over a map as {@code [N, channels]}, computed once however often it is asked for. */
    private String average(Node map) {
        String existing = averages.get(map);
        if (existing != null) {
            return existing;
        }
        String name = map == head.features() ? EMBEDDING : onnx.unique(map.name() + "/average");
        averages.put(map, flattened("GlobalAveragePool", map, name));
        return name;
    }

    private String flattened(String operator, Node map, String name) {
        String pooled = onnx.node(operator, onnx.unique(name + "/pool"), List.of(value(map)));
        return onnx.node("Flatten", name, List.of(pooled), attribute("axis", 1));
    }

    /** Negative pads crop. */
    private String border(Node node, Layer.Border border) {
        String name = name(node, "border");
        List<Integer> pads = List.of(0, 0, border.top(), border.left(), 0, 0, border.bottom(), border.right());
        return onnx.node("Pad", name, List.of(value(node.input()), onnx.integers(name + "/pads", pads)));
    }

    private String upSampling(Node node, Layer.UpSampling upSampling) {
        String name = name(node, "resize");
        String scales = onnx.weights(
                name + "/scales", new Tensor(new float[] {1, 1, upSampling.factorY(), upSampling.factorX()}, 4));
        List<String> inputs = List.of(value(node.input()), "", scales);
        return upSampling.bilinear()
                ? onnx.node(
                        "Resize",
                        name,
                        inputs,
                        attribute("mode", "linear"),
                        attribute("coordinate_transformation_mode", "half_pixel"))
                : onnx.node(
                        "Resize",
                        name,
                        inputs,
                        attribute("mode", "nearest"),
                        attribute("coordinate_transformation_mode", "asymmetric"),
                        attribute("nearest_mode", "floor"));
    }

    private String permute(Node node, Layer.Permute permute) {
        List<Integer> order = new ArrayList<>(List.of(0));
        permute.axes().forEach(axis -> order.add(axis + 1));
        String name = name(node, "permute");
        String permuted = onnx.node(
                "Transpose",
                onnx.unique(name + "/order"),
                List.of(toKerasOrder(node.input())),
                attribute("perm", order));
        return fromKerasOrder(permuted, node.shape(), name);
    }

    private String merge(Node node, Layer.Merge merge) {
        String name = name(node, "merge");
        List<String> inputs = node.inputs().stream()
                .map(input -> broadcastable(input, node.shape()))
                .toList();
        return switch (merge.kind()) {
            case ADD -> chain("Add", inputs, name);
            case SUBTRACT -> chain("Sub", inputs, name);
            case MULTIPLY -> chain("Mul", inputs, name);
            case MAXIMUM -> onnx.node("Max", name, inputs);
            case MINIMUM -> onnx.node("Min", name, inputs);
            case AVERAGE -> {
                String sum = chain("Add", inputs, onnx.unique(name + "/sum"));
                yield onnx.node("Mul", name, List.of(sum, onnx.scalar(name + "/share", 1.0 / inputs.size())));
            }
        };
    }

    private String chain(String operator, List<String> inputs, String name) {
        if (inputs.size() == 1) {
            return onnx.node("Identity", name, inputs);
        }
        String result = inputs.getFirst();
        for (int i = 1; i < inputs.size(); i++) {
            String output = i == inputs.size() - 1 ? name : onnx.unique(name + "/" + i);
            result = onnx.node(operator, output, List.of(result, inputs.get(i)));
        }
        return result;
    }

    /** A vector beside maps stands for one position. */
    private String broadcastable(Node input, Shape target) {
        Shape shape = input.shape();
        if (shape.rank() == target.rank()) {
            return value(input);
        }
        List<Integer> axes = new ArrayList<>(Collections.nCopies(target.rank() - shape.rank(), 1));
        axes.addAll(shape.axes());
        return fromKerasOrder(toKerasOrder(input), new Shape(axes), onnx.unique(input.name() + "/position"));
    }

    private String concatenation(Node node, Layer.Concatenation concatenation) {
        int axis = concatenation.axis();
        int stored = node.shape().isMap() ? (axis + 1) % 3 : axis;
        List<String> inputs = node.inputs().stream().map(this::value).collect(Collectors.toList());
        return onnx.node("Concat", name(node, "concatenation"), inputs, attribute("axis", stored + 1));
    }

    /** The values with the channels last. */
    private String toKerasOrder(Node node) {
        String value = value(node);
        boolean sameOrder = !node.shape().isMap() || isOneLine(node.shape());
        return sameOrder
                ? value
                : onnx.node(
                        "Transpose",
                        onnx.unique(node.name() + "/nhwc"),
                        List.of(value),
                        attribute("perm", List.of(0, 2, 3, 1)));
    }

    /** Values with the channels last, as they are kept for their shape. */
    private String fromKerasOrder(String value, Shape shape, String name) {
        if (!shape.isMap()) {
            return reshape(value, shape.axes(), name);
        }
        if (isOneLine(shape)) {
            return reshape(value, List.of(shape.channels(), shape.height(), shape.width()), name);
        }
        String shaped = reshape(value, shape.axes(), onnx.unique(name + "/shape"));
        return onnx.node("Transpose", name, List.of(shaped), attribute("perm", List.of(0, 3, 1, 2)));
    }

    /** Whether the order of the axes makes no difference to the order of the values. */
    private static boolean isOneLine(Shape shape) {
        return shape.channels() == 1 || shape.height() * shape.width() == 1;
    }

    /** Zero keeps the size of the batch. */
    private String reshape(String value, List<Integer> axes, String name) {
        List<Integer> sizes = new ArrayList<>(List.of(0));
        sizes.addAll(axes);
        return onnx.node("Reshape", name, List.of(value, onnx.integers(name + "/shape", sizes)));
    }
}
