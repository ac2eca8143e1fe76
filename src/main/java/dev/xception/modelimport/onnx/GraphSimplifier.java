package dev.xception.modelimport.onnx;

import dev.xception.modelimport.InvalidModelException;
import dev.xception.modelimport.keras.Graph;
import dev.xception.modelimport.keras.Layer.Border;
import dev.xception.modelimport.keras.Layer.Convolution;
import dev.xception.modelimport.keras.Layer.Dense;
import dev.xception.modelimport.keras.Layer.Reshape;
import dev.xception.modelimport.keras.Node;
import dev.xception.modelimport.keras.Scale;
import dev.xception.modelimport.keras.Shape;
import dev.xception.modelimport.keras.Window;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes the same function with fewer nodes, in one pass from the input to the output:
 *
 * <ul>
 *   <li>a scale (batch norm, rescaling) goes into the convolution or dense layer before it, or into the one after it where
 *       no padding comes between; two scales become one;
 *   <li>zeros around a map go into the convolution after it, where it would add the same as its own padding;
 *   <li>a pointwise convolution over a single position becomes a dense layer, and reshapes that follow each other or change
 *       nothing go.
 * </ul>
 *
 * A node whose output is also needed elsewhere stays as it is.
 */
final class GraphSimplifier {

    private final Map<Node, Integer> consumers;
    private final Map<Node, Node> simplified = new HashMap<>();

    private GraphSimplifier(Graph graph) {
        this.consumers = graph.consumers();
    }

    static Graph simplify(Graph graph) {
        GraphSimplifier simplifier = new GraphSimplifier(graph);
        for (Node node : graph.nodes()) {
            try {
                simplifier.simplified.put(node, simplifier.simplify(node));
            } catch (IllegalArgumentException e) {
                throw new InvalidModelException("layer " + node.name() + ": " + e.getMessage(), e);
            }
        }
        return Graph.of(simplifier.now(graph.input()), simplifier.now(graph.output()));
    }

    private Node now(Node original) {
        return simplified.getOrDefault(original, original);
    }

    private Node simplify(Node node) {
        List<Node> inputs = node.inputs().stream().map(this::now).toList();
        return switch (node.layer()) {
            case Scale scale -> scale(node, scale, inputs.getFirst());
            case Convolution convolution -> convolution(node, convolution, inputs.getFirst());
            case Dense dense -> dense(node, dense, inputs.getFirst());
            case Reshape reshape -> reshape(node.name(), reshape.target(), inputs.getFirst());
            default -> new Node(node.name(), node.layer(), inputs);
        };
    }

    private Node scale(Node node, Scale scale, Node input) {
        if (scale.isIdentity()) {
            return input;
        }
        if (isOnlyConsumer(node)) {
            switch (input.layer()) {
                case Convolution before -> {
                    return new Node(node.name(), ScaleFolding.after(before, scale), input.inputs());
                }
                case Dense before -> {
                    return new Node(node.name(), ScaleFolding.after(before, scale), input.inputs());
                }
                case Scale before -> {
                    return new Node(node.name(), before.then(scale), input.inputs());
                }
                default -> {}
            }
        }
        return new Node(node.name(), scale, List.of(input));
    }

    private Node convolution(Node node, Convolution convolution, Node input) {
        if (input.layer() instanceof Scale scale
                && isOnlyConsumer(node)
                && (scale.keepsZero() || !convolution.window().pads(input.shape()))) {
            return convolution(node, ScaleFolding.before(scale, convolution), input.input());
        }
        if (input.layer() instanceof Border border
                && isOnlyConsumer(node)
                && !convolution.window().same()
                && isSamePadding(
                        border, convolution.window().withSame(), input.input().shape())) {
            Convolution same = new Convolution(
                    convolution.kernel(),
                    convolution.bias(),
                    convolution.window().withSame(),
                    convolution.groups());
            return convolution(node, same, input.input());
        }
        boolean point = input.shape().height() == 1
                && input.shape().width() == 1
                && convolution.window().height() == 1
                && convolution.window().width() == 1
                && convolution.groups() == 1;
        if (point) {
            int channels = input.shape().channels();
            Dense dense = new Dense(
                    convolution
                            .kernel()
                            .reshaped(convolution.filters(), channels)
                            .permuted(1, 0),
                    convolution.bias());
            Node flat = new Node(node.name(), dense, List.of(reshape(node.name(), Shape.of(channels), input)));
            return new Node(node.name(), new Reshape(node.shape()), List.of(flat));
        }
        return new Node(node.name(), convolution, List.of(input));
    }

    private static boolean isSamePadding(Border border, Window same, Shape input) {
        return same.rows(input).equals(new Window.Padding(border.top(), border.bottom()))
                && same.columns(input).equals(new Window.Padding(border.left(), border.right()));
    }

    private Node dense(Node node, Dense dense, Node input) {
        return input.layer() instanceof Scale scale && isOnlyConsumer(node)
                ? new Node(node.name(), ScaleFolding.before(scale, dense), input.inputs())
                : new Node(node.name(), dense, List.of(input));
    }

    /** {@code input} under another shape, without a detour over the shapes before. */
    static Node reshape(String name, Shape target, Node input) {
        Node source = input;
        while (source.layer() instanceof Reshape) {
            source = source.input();
        }
        return source.shape().equals(target) ? source : new Node(name, new Reshape(target), List.of(source));
    }

    /** Whether {@code node} alone takes what its only input gives. */
    private boolean isOnlyConsumer(Node node) {
        return consumers.getOrDefault(node.input(), 0) == 1;
    }
}
