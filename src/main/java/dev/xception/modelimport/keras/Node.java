package dev.xception.modelimport.keras;

import java.util.List;

/** One call of a layer in a {@link Graph}. Compared by identity. */
public final class Node {

    private final String name;
    private final Layer layer;
    private final List<Node> inputs;
    private final Shape shape;

    /**
     * One call.
     *
     * @param name the Keras layer's name; the parts of one Keras layer share it
     */
    public Node(String name, Layer layer, List<Node> inputs) {
        this.name = name;
        this.layer = layer;
        this.inputs = List.copyOf(inputs);
        this.shape = layer.output(this.inputs.stream().map(Node::shape).toList());
    }

    public String name() {
        return name;
    }

    public Layer layer() {
        return layer;
    }

    public List<Node> inputs() {
        return inputs;
    }

    /** The only input of a layer that has one. */
    public Node input() {
        return inputs.getFirst();
    }

    /** The shape of the output. */
    public Shape shape() {
        return shape;
    }

    @Override
    public String toString() {
        return name + " " + shape;
    }
}
