package dev.xception.modelimport.keras;

import dev.xception.modelimport.InvalidModelException;
import dev.xception.modelimport.keras.Argument.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lays a topology and its weights out as one graph: nested models are written out where they are called, and a layer that is
 * called several times becomes as many nodes over the same weights.
 */
public final class GraphAssembler {

    private final ModelWeights weights;
    private final int kerasVersion;
    private final SummaryBuilder summary = new SummaryBuilder();
    private final IdentityHashMap<LayerConfig, Built> built = new IdentityHashMap<>();
    private final IdentityHashMap<ModelConfig, List<Call>> orders = new IdentityHashMap<>();
    private int calls;

    /** A layer with weights as its first call made it. */
    private record Built(boolean onMap, List<Layer> layers) {}

    private GraphAssembler(ModelWeights weights, int kerasVersion) {
        this.weights = weights;
        this.kerasVersion = kerasVersion;
    }

    /**
     * Lays out a model that takes pictures.
     *
     * @param input the shape of a picture
     * @param normalization what pictures go through before the model's first layer
     * @param kerasVersion the major version of the Keras that wrote the file
     */
    public static Network assemble(
            ModelConfig model, ModelWeights weights, Shape input, Layer normalization, int kerasVersion) {
        LayerFactory.requireAllSupported(model);
        if (model.inputs().size() != 1 || model.outputs().size() != 1) {
            throw new InvalidModelException("the model has " + model.inputs().size() + " inputs and "
                    + model.outputs().size() + " outputs: an image classifier has one of each");
        }
        Node picture = new Node("image", new Layer.Input(input), List.of());
        Node normalized = new Node("normalization", normalization, List.of(picture));
        GraphAssembler assembler = new GraphAssembler(weights, kerasVersion);
        Node output = assembler.write(model, List.of(normalized), "", true).getFirst();
        return new Network(Graph.of(picture, output), assembler.summary.build());
    }

    /** Adds a model's nodes for one call of it and returns its outputs. */
    private List<Node> write(ModelConfig model, List<Node> inputs, String prefix, boolean trainable) {
        if (inputs.size() != model.inputs().size()) {
            throw new InvalidModelException("the model " + model.name() + " is called with " + inputs.size()
                    + " inputs instead of " + model.inputs().size());
        }
        Map<Tensor, Node> ready = new HashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            ready.put(model.inputs().get(i), inputs.get(i));
        }
        for (Call call : orders.computeIfAbsent(model, Call::inOrder)) {
            List<Node> arguments = call.tensors().stream().map(ready::get).toList();
            List<Node> outputs = write(call, arguments, prefix, trainable);
            for (int i = 0; i < outputs.size(); i++) {
                ready.put(new Tensor(call.layer().name(), call.index(), i), outputs.get(i));
            }
        }
        List<Node> outputs = new ArrayList<>();
        for (Tensor output : model.outputs()) {
            Node node = ready.get(output);
            if (node == null) {
                throw new InvalidModelException(
                        "the output " + output.layer() + " of " + model.name() + " is not connected to the input");
            }
            outputs.add(node);
        }
        return outputs;
    }

    private List<Node> write(Call call, List<Node> inputs, String prefix, boolean trainable) {
        LayerConfig config = call.layer();
        String name = prefix + config.name();
        Call.requireFew(++calls);
        ModelConfig nested = config.model();
        if (nested != null) {
            return write(
                    nested, inputs, name + "/", trainable && config.settings().flag("trainable", true));
        }
        List<Node> written = new ArrayList<>();
        try {
            for (Layer layer : layers(call, inputs, trainable)) {
                written.add(new Node(name, layer, written.isEmpty() ? inputs : List.of(written.getLast())));
            }
        } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
            throw new InvalidModelException(
                    "layer " + name + " of class " + config.className() + ": " + e.getMessage(), e);
        }
        Node output = written.isEmpty() ? inputs.getFirst() : written.getLast();
        summary.add(name, config, written, output.shape());
        return List.of(output);
    }

    private List<Layer> layers(Call call, List<Node> inputs, boolean trainable) {
        LayerConfig config = call.layer();
        boolean onMap = inputs.getFirst().shape().isMap();
        Built existing = built.get(config);
        if (existing != null) {
            if (existing.onMap != onMap) {
                throw new InvalidModelException("layer " + config.name() + " of class " + config.className()
                        + " is called on a map and on another shape, which is not supported");
            }
            return existing.layers;
        }
        List<Shape> shapes = inputs.stream().map(Node::shape).toList();
        LayerWeights counted = summary.counting(config, trainable, weights.of(config));
        LayerSource source = new LayerSource(config, shapes, counted, kerasVersion);
        if (config.operation()) {
            return List.of(Operations.create(source, call.arguments()));
        }
        List<Layer> layers = LayerFactory.create(source);
        if (LayerFactory.hasWeights(config)) {
            built.put(config, new Built(onMap, layers));
        }
        return layers;
    }
}
