package dev.xception.modelimport.onnx;

import static dev.xception.modelimport.onnx.OnnxAttributes.attribute;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.xception.modelimport.keras.Graph;
import dev.xception.modelimport.keras.Node;
import dev.xception.modelimport.keras.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the outputs of nodes are called in ONNX, and how they lie in memory.
 *
 * <p>Keras maps are channels-last, ONNX convolutions want channels first: every map is kept as NCHW, so that the picture is
 * transposed once; shapes of other ranks hold their values in Keras' order. An output bears the name of its Keras layer.
 */
final class NodeValues {

    private final OnnxBuilder onnx;
    private final Node output;
    private final Map<Node, String> values = new HashMap<>();
    private final Map<String, Node> lastOfName = new HashMap<>();

    NodeValues(OnnxBuilder onnx, Graph graph) {
        this.onnx = onnx;
        this.output = graph.output();
        graph.nodes().forEach(node -> lastOfName.put(node.name(), node));
    }

    void put(Node node, String value) {
        values.put(node, value);
    }

    /** What the output of a node that was written is called. */
    String of(Node node) {
        return Objects.requireNonNull(values.get(node), node::toString);
    }

    /** The name of the last part of a Keras layer is the layer's; the parts before it say what they are. */
    String name(Node node, String part) {
        if (node == output) {
            return inner(GraphExporter.PROBABILITIES);
        }
        return onnx.unique(lastOfName.get(node.name()) == node ? node.name() : node.name() + "/" + part);
    }

    /** The name under which an output is calculated: its own, if it is calculated as float32. */
    String inner(String output) {
        return onnx.floatType() == DataType.FLOAT ? output : onnx.unique(output + "/half");
    }

    /** The values with the channels last. */
    String toKerasOrder(Node node) {
        String value = of(node);
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
    String fromKerasOrder(String value, Shape shape, String name) {
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
    String reshape(String value, List<Integer> axes, String name) {
        List<Integer> sizes = new ArrayList<>(List.of(0));
        sizes.addAll(axes);
        return onnx.node("Reshape", name, List.of(value, onnx.integers(name + "/shape", sizes)));
    }
}
