package dev.xception.modelimport.onnx;

import dev.xception.modelimport.HeadActivation;
import dev.xception.modelimport.InvalidModelException;
import dev.xception.modelimport.hdf5.Tensor;
import dev.xception.modelimport.keras.Activation;
import dev.xception.modelimport.keras.Graph;
import dev.xception.modelimport.keras.Layer;
import dev.xception.modelimport.keras.Layer.Activate;
import dev.xception.modelimport.keras.Layer.Dense;
import dev.xception.modelimport.keras.Layer.GlobalPooling;
import dev.xception.modelimport.keras.Layer.Merge;
import dev.xception.modelimport.keras.Layer.Pooling;
import dev.xception.modelimport.keras.Layer.Reshape;
import dev.xception.modelimport.keras.Node;
import dev.xception.modelimport.keras.Shape;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network that ends as a classifier does.
 *
 * @param graph ends in one probability per class
 * @param features the last activation map before global pooling; null where the network has none
 * @param scores the dense layer that makes scores from the global average of {@code features}; null where something else
 *     does
 * @param added what was put behind the file's own output, in words; null where nothing was
 */
record ClassifierGraph(
        Graph graph,
        @Nullable Node features,
        @Nullable Node scores,
        @Nullable String added) {

    /** Puts a head on the network, or refuses it where its output is no list of class scores. */
    static ClassifierGraph of(Graph graph, HeadActivation activation) {
        Node end = graph.output();
        int classes = end.shape().elements();
        if (classes != end.shape().channels()) {
            throw new InvalidModelException("the model is no image classifier: its output, layer " + end.name()
                    + ", has the shape " + end.shape());
        }
        Node last = GraphSimplifier.reshape(end.name(), Shape.of(classes), end);
        Node scored = withoutReshapes(last);
        String added = null;
        boolean probabilities = givesProbabilities(scored);
        if (scored.layer() instanceof Activate(Activation.Softmax softmax)) {
            last = new Node(scored.name(), new Activate(softmax), List.of(flat(scored.input(), classes)));
        } else if (classes == 1 && isSigmoid(scored)) {
            last = twoClasses(scored.name(), flat(scored.input(), 1));
            added = "one sigmoid unit served as two classes";
        } else if (classes == 1 && probabilities) {
            last = withComplement(last.name(), last);
            added = "one probability served as two classes";
        } else if (!probabilities && activation == HeadActivation.AUTO) {
            added = classes == 1 ? "sigmoid, served as two classes" : "softmax";
            last = classes == 1 ? twoClasses(last.name(), last) : softmax(last.name(), last);
        } else if (classes == 1) {
            throw new InvalidModelException("the model is no image classifier: its output, layer " + end.name()
                    + ", is one number without a sigmoid");
        }
        Graph complete = Graph.of(graph.input(), last);
        Node features = features(complete);
        return new ClassifierGraph(complete, features, scores(last, features), added);
    }

    /** Whether all that the output is an average of comes out of a softmax or a sigmoid. */
    private static boolean givesProbabilities(Node output) {
        Deque<Node> open = new ArrayDeque<>(List.of(output));
        Set<Node> seen = new HashSet<>(open);
        while (!open.isEmpty()) {
            Node node = open.remove();
            if (isAverage(node.layer())) {
                node.inputs().stream().filter(seen::add).forEach(open::add);
            } else if (!(node.layer() instanceof Activate(Activation function))) {
                return false;
            } else if (function instanceof Activation.Softmax) {
                requireSeveralValues(node);
            } else if (function != Activation.Simple.SIGMOID && !(function instanceof Activation.HardSigmoid)) {
                return false;
            }
        }
        return true;
    }

    /** Whether probabilities stay probabilities; a reshape, which moves them only, included. */
    private static boolean isAverage(Layer layer) {
        return switch (layer) {
            case Reshape _ -> true;
            case Merge merge -> merge.kind() == Merge.Kind.AVERAGE;
            case GlobalPooling pooling -> pooling.kind() == Pooling.Kind.AVERAGE;
            case Pooling pooling -> pooling.kind() == Pooling.Kind.AVERAGE;
            default -> false;
        };
    }

    private static boolean isSigmoid(Node node) {
        return node.layer() instanceof Activate(Activation function) && function == Activation.Simple.SIGMOID;
    }

    private static void requireSeveralValues(Node softmax) {
        if (softmax.shape().channels() == 1) {
            throw new InvalidModelException("the model is no image classifier: its output, layer " + softmax.name()
                    + ", is a softmax over one value, which is 1 for every picture");
        }
    }

    /** {@code (1 - p, p)}. */
    private static Node withComplement(String name, Node probability) {
        Dense both = new Dense(new Tensor(new float[] {-1, 1}, 1, 2), new Tensor(new float[] {1, 0}, 2));
        return new Node(name, both, List.of(probability));
    }

    /** The softmax of (-z/2, z/2) is the sigmoid of z and its complement; what speaks for one speaks against the other. */
    private static Node twoClasses(String name, Node score) {
        Node pair;
        if (score.layer() instanceof Dense dense) {
            Tensor kernel = new Tensor(
                    opposites(dense.kernel().values()), dense.kernel().dimension(0), 2);
            Tensor bias = new Tensor(opposites(dense.bias().values()), 2);
            pair = new Node(score.name(), new Dense(kernel, bias), score.inputs());
        } else {
            Dense halves = new Dense(new Tensor(new float[] {-0.5f, 0.5f}, 1, 2), new Tensor(new float[2], 2));
            pair = new Node(name, halves, List.of(score));
        }
        return softmax(name, pair);
    }

    private static float[] opposites(float[] values) {
        float[] pairs = new float[2 * values.length];
        for (int i = 0; i < values.length; i++) {
            pairs[2 * i] = -values[i] / 2;
            pairs[2 * i + 1] = values[i] / 2;
        }
        return pairs;
    }

    private static Node softmax(String name, Node scores) {
        return new Node(name, new Activate(new Activation.Softmax()), List.of(scores));
    }

    private static Node flat(Node node, int size) {
        return GraphSimplifier.reshape(node.name(), Shape.of(size), node);
    }

    private static Node withoutReshapes(Node node) {
        Node source = node;
        while (source.layer() instanceof Reshape) {
            source = source.input();
        }
        return source;
    }

    /** Not what is pooled for a gate only: there the maps go on behind the pooling. */
    private static @Nullable Node features(Graph graph) {
        for (Node node : graph.nodes().reversed()) {
            if (node.layer() instanceof GlobalPooling) {
                return node.input();
            }
            boolean severalPositions = node.shape().elements() > node.shape().channels();
            if (node.shape().isMap() && severalPositions) {
                return null;
            }
        }
        return null;
    }

    private static @Nullable Node scores(Node last, @Nullable Node features) {
        Node scores = last.layer() instanceof Activate ? last.input() : last;
        if (!(scores.layer() instanceof Dense)) {
            return null;
        }
        Node pooled = withoutReshapes(scores.input());
        boolean average = pooled.layer() instanceof GlobalPooling(Pooling.Kind kind, boolean keepDims)
                && kind == Pooling.Kind.AVERAGE;
        return average && pooled.input() == features ? scores : null;
    }
}
