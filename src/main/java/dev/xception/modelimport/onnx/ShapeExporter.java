package dev.xception.modelimport.onnx;

import static dev.xception.modelimport.onnx.OnnxAttributes.attribute;

import dev.xception.modelimport.hdf5.Tensor;
import dev.xception.modelimport.keras.Layer;
import dev.xception.modelimport.keras.Node;
import dev.xception.modelimport.keras.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** Writes the layers without weights that move values or bring several together. */
final class ShapeExporter {

    private final OnnxBuilder onnx;
    private final NodeValues values;

    ShapeExporter(OnnxBuilder onnx, NodeValues values) {
        this.onnx = onnx;
        this.values = values;
    }

    String reshape(Node node) {
        return values.fromKerasOrder(values.toKerasOrder(node.input()), node.shape(), values.name(node, "reshape"));
    }

    /** Negative pads crop. */
    String border(Node node, Layer.Border border) {
        String name = values.name(node, "border");
        List<Integer> pads = List.of(0, 0, border.top(), border.left(), 0, 0, border.bottom(), border.right());
        return onnx.node("Pad", name, List.of(values.of(node.input()), onnx.integers(name + "/pads", pads)));
    }

    String upSampling(Node node, Layer.UpSampling upSampling) {
        String name = values.name(node, "resize");
        String scales = onnx.floats(
                name + "/scales", new Tensor(new float[] {1, 1, upSampling.factorY(), upSampling.factorX()}, 4));
        List<String> inputs = List.of(values.of(node.input()), "", scales);
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

    String permute(Node node, Layer.Permute permute) {
        List<Integer> order = new ArrayList<>(List.of(0));
        permute.axes().forEach(axis -> order.add(axis + 1));
        String name = values.name(node, "permute");
        String permuted = onnx.node(
                "Transpose",
                onnx.unique(name + "/order"),
                List.of(values.toKerasOrder(node.input())),
                attribute("perm", order));
        return values.fromKerasOrder(permuted, node.shape(), name);
    }

    String merge(Node node, Layer.Merge merge) {
        String name = values.name(node, "merge");
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
            return values.of(input);
        }
        List<Integer> axes = new ArrayList<>(Collections.nCopies(target.rank() - shape.rank(), 1));
        axes.addAll(shape.axes());
        return values.fromKerasOrder(
                values.toKerasOrder(input), new Shape(axes), onnx.unique(input.name() + "/position"));
    }

    String concatenation(Node node, Layer.Concatenation concatenation) {
        int axis = concatenation.axis();
        int stored = node.shape().isMap() ? (axis + 1) % 3 : axis;
        List<String> inputs = node.inputs().stream().map(values::of).collect(Collectors.toList());
        return onnx.node("Concat", values.name(node, "concatenation"), inputs, attribute("axis", stored + 1));
    }
}
