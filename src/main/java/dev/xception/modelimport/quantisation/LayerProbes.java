package dev.xception.modelimport.quantisation;

import static dev.xception.modelimport.onnx.OnnxAttributes.attribute;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The float graph, and beside its layers the same ones with other inputs, to see how far what they give is off. */
final class LayerProbes {

    private final FloatGraph graph;
    private final QdqGraph nodes;
    private final List<String> energies = new ArrayList<>();

    LayerProbes(FloatGraph graph) {
        this.graph = graph;
        this.nodes = new QdqGraph(graph);
        graph.operations().forEach(nodes::node);
    }

    /** Where what leads to the other inputs goes. */
    QdqGraph nodes() {
        return nodes;
    }

    /** Runs a layer once more, and measures the error of its product. */
    void add(NodeProto layer, String input, String probe) {
        List<String> inputs = new ArrayList<>(layer.getInputList());
        inputs.set(0, input);
        nodes.node(layer, inputs, probe);
        nodes.node("Sub", List.of(probe, layer.getOutput(0)), probe + "/error");
        measure(probe + "/error", probe);
    }

    /** Measures a tensor. */
    void measure(String tensor, String name) {
        nodes.node("ReduceSumSquare", List.of(tensor), name + "/energy", attribute("keepdims", 0));
        energies.add(name);
    }

    /** The sum of squares over all pictures, by the name of what was measured. */
    Map<String, Double> run(Iterable<ByteBuffer> pictures) {
        Map<String, Double> sums = new HashMap<>();
        try (GraphSession session = GraphSession.open(model())) {
            for (ByteBuffer picture : pictures) {
                try (GraphSession.Values values = session.run(picture)) {
                    energies.forEach(name -> sums.merge(
                            name, (double) values.get(name + "/energy").get(0), Double::sum));
                }
            }
        }
        return sums;
    }

    private ModelProto model() {
        List<String> outputs = energies.stream().map(name -> name + "/energy").toList();
        return graph.model().toBuilder()
                .setGraph(nodes.build(graph.model().getGraph(), GraphSession.floatOutputs(outputs), List.of()))
                .build();
    }
}
