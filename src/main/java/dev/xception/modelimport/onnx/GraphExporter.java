package dev.xception.modelimport.onnx;

import static dev.xception.modelimport.onnx.OnnxAttributes.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.xception.modelimport.Precision;
import dev.xception.modelimport.hdf5.Tensor;
import dev.xception.modelimport.keras.Activation;
import dev.xception.modelimport.keras.Layer;
import dev.xception.modelimport.keras.Node;
import dev.xception.modelimport.keras.Scale;
import dev.xception.modelimport.keras.Shape;
import dev.xception.modelimport.keras.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a classifier as the ONNX graph that is served: {@code image} in, {@code probabilities} out, and where there is a
 * feature map {@code features} and {@code embedding}.
 *
 * <p>{@link NodeValues} says how maps are kept and what they are called.
 */
final class GraphExporter {

    static final String IMAGE = "image";
    static final String PROBABILITIES = "probabilities";
    static final String FEATURES = "features";
    static final String EMBEDDING = "embedding";

    private final OnnxBuilder onnx;
    private final ClassifierGraph classifier;
    private final ActivationExporter activations;
    private final NodeValues values;
    private final ShapeExporter shapes;
    private final Map<Node, String> averages = new HashMap<>();
    private @Nullable String classifierKernel;
    private @Nullable String classifierBias;

    private GraphExporter(String name, ClassifierGraph classifier, Precision precision) {
        this.onnx = new OnnxBuilder(name, precision);
        this.classifier = classifier;
        this.activations = new ActivationExporter(onnx);
        List.of(IMAGE, PROBABILITIES, FEATURES, EMBEDDING).forEach(onnx::reserve);
        this.values = new NodeValues(onnx, classifier.graph());
        this.shapes = new ShapeExporter(onnx, values);
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

    static Exported export(String name, ClassifierGraph classifier, Precision precision) {
        return new GraphExporter(name, classifier, precision).export();
    }

    private Exported export() {
        for (Node node : classifier.graph().nodes()) {
            values.put(node, write(node));
        }
        Node output = classifier.graph().output();
        serve(values.of(output), PROBABILITIES, output.shape().axes());
        Node features = classifier.features();
        if (features != null) {
            List<Integer> channelsLast = List.of(0, 2, 3, 1);
            String map = onnx.node(
                    "Transpose", values.inner(FEATURES), List.of(values.of(features)), attribute("perm", channelsLast));
            serve(map, FEATURES, features.shape().axes());
            serve(average(features), EMBEDDING, List.of(features.shape().channels()));
        }
        return new Exported(onnx.build(), classifierKernel, classifierBias);
    }

    private void serve(String value, String output, List<Integer> shape) {
        if (!value.equals(output)) {
            toFloat(value, output);
        }
        onnx.output(output, shape);
    }

    private String toFloat(String value, String name) {
        return onnx.node("Cast", name, List.of(value), attribute("to", DataType.FLOAT.getNumber()));
    }

    private String write(Node node) {
        return switch (node.layer()) {
            case Layer.Input input -> image(input.shape());
            case Layer.Convolution convolution -> convolution(node, convolution);
            case Layer.Dense dense -> dense(node, dense);
            case Scale scale -> scale(node, scale);
            case Layer.Activate activate -> activate(node, activate.function());
            case Layer.Pooling pooling -> pooling(node, pooling);
            case Layer.GlobalPooling pooling -> globalPooling(node, pooling);
            case Layer.Border border -> shapes.border(node, border);
            case Layer.UpSampling upSampling -> shapes.upSampling(node, upSampling);
            case Layer.Reshape _ -> shapes.reshape(node);
            case Layer.Permute permute -> shapes.permute(node, permute);
            case Layer.Merge merge -> shapes.merge(node, merge);
            case Layer.Concatenation concatenation -> shapes.concatenation(node, concatenation);
        };
    }

    /** Cast before the transposition: TensorRT takes uint8 only into a cast. */
    private String image(Shape shape) {
        onnx.input(IMAGE, DataType.UINT8, shape.isMap() ? shape.axes() : List.of(shape.height(), shape.width(), 1));
        String floats = onnx.node(
                "Cast",
                onnx.unique("image/float"),
                List.of(IMAGE),
                attribute("to", onnx.floatType().getNumber()));
        return shape.isMap()
                ? onnx.node(
                        "Transpose", onnx.unique("image/nchw"), List.of(floats), attribute("perm", List.of(0, 3, 1, 2)))
                : values.reshape(floats, shape.axes(), onnx.unique("image/plane"));
    }

    private String convolution(Node node, Layer.Convolution convolution) {
        String name = values.name(node, "convolution");
        List<String> inputs = List.of(
                values.of(node.input()),
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
        String name = values.name(node, "dense");
        String kernel = onnx.weights(name + "/kernel", dense.kernel());
        String bias = onnx.weights(name + "/bias", dense.bias());
        if (node == classifier.scores()) {
            classifierKernel = kernel;
            classifierBias = bias;
        }
        if (node.shape().rank() == 1) {
            return onnx.node("Gemm", name, List.of(values.of(node.input()), kernel, bias));
        }
        String product = onnx.node("MatMul", onnx.unique(name + "/product"), List.of(values.of(node.input()), kernel));
        return onnx.node("Add", name, List.of(product, bias));
    }

    private String scale(Node node, Scale scale) {
        String name = values.name(node, "scale");
        String factors = constants(name + "/factor", scale.factors(), node.shape());
        if (scale.keepsZero()) {
            return onnx.node("Mul", name, List.of(values.of(node.input()), factors));
        }
        String offsets = constants(name + "/offset", scale.offsets(), node.shape());
        String product = onnx.node("Mul", onnx.unique(name + "/product"), List.of(values.of(node.input()), factors));
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

    /** The last softmax is calculated in float32, so that small probabilities keep their digits. */
    private String activate(Node node, Activation function) {
        String x = values.of(node.input());
        boolean last = node == classifier.graph().output() && function instanceof Activation.Softmax;
        if (last && onnx.floatType() != DataType.FLOAT) {
            return activations.write(function, toFloat(x, onnx.unique(x + "/float")), node.shape(), PROBABILITIES);
        }
        return activations.write(function, x, node.shape(), values.name(node, "activation"));
    }

    private String pooling(Node node, Layer.Pooling pooling) {
        String operator = switch (pooling.kind()) {
            case AVERAGE -> "AveragePool";
            case MAX -> "MaxPool";
        };
        List<AttributeProto> attributes = window(pooling.window(), node.input().shape());
        return onnx.node(
                operator,
                values.name(node, "pooling"),
                List.of(values.of(node.input())),
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
            return values.reshape(flat, List.of(channels, 1, 1), values.name(node, "pooling"));
        }
        return flat;
    }

    /** The average over a map as {@code [N, channels]}, computed once however often it is asked for. */
    private String average(Node map) {
        String existing = averages.get(map);
        if (existing != null) {
            return existing;
        }
        String name = map == classifier.features() ? values.inner(EMBEDDING) : onnx.unique(map.name() + "/average");
        averages.put(map, flattened("GlobalAveragePool", map, name));
        return name;
    }

    private String flattened(String operator, Node map, String name) {
        String pooled = onnx.node(operator, onnx.unique(name + "/pool"), List.of(values.of(map)));
        return onnx.node("Flatten", name, List.of(pooled), attribute("axis", 1));
    }
}
