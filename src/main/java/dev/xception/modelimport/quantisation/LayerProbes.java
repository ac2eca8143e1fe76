package dev.xception.modelimport.quantisation;

import static dev.xception.modelimport.onnx.OnnxAttributes.attribute;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The float graph, and beside its layers the same ones with other inputs, to see how far what they give is off. */
final class LayerProbes {

    private static final String ENERGY = "/energy";

    private final FloatGraph graph;
    private final QdqGraph nodes;
    private final Map<String, String> signals = new LinkedHashMap<>();

    LayerProbes(FloatGraph graph) {
        this.graph = graph;
        this.nodes = new QdqGraph(graph);
        graph.operations().forEach(nodes::node);
    }

    /** Where what leads to the other inputs goes. */
    QdqGraph nodes() {
        return nodes;
    }

    /** Runs a layer once more with another input, to measure the error of its product. */
    void add(NodeProto layer, String input, String probe) {
        add(layer, input, probe, layer.getOutput(0));
    }

    private void add(NodeProto layer, String input, String probe, String signal) {
        List<String> inputs = new ArrayList<>(layer.getInputList());
        inputs.set(0, input);
        nodes.node(layer, inputs, probe);
        nodes.node("Sub", List.of(probe, layer.getOutput(0)), probe + "/error");
        energy(probe + "/error", probe);
        if (!signals.containsValue(signal)) {
            energy(signal, signal);
        }
        signals.put(probe, signal);
    }

    /**
     * Runs a layer once more with its input rounded to bytes.
     *
     * @param signal the tensor whose energy the error is a share of
     */
    void addRounded(NodeProto layer, ByteScale scale, String probe, String signal) {
        nodes.quantise(layer.getInput(0), scale, probe + "/quantized");
        nodes.dequantise(probe + "/quantized", scale, probe + "/dequantized");
        add(layer, probe + "/dequantized", probe, signal);
    }

    private void energy(String tensor, String name) {
        nodes.node("ReduceSumSquare", List.of(tensor), name + ENERGY, attribute("keepdims", 0));
    }

    /**
     * What each probe loses: its error's share of the signal's energy, squared and summed over the pictures. Squared, because a loss that
     * one picture has for itself does more harm than the same loss divided among all.
     */
    Map<String, Double> losses(Iterable<ByteBuffer> pictures) {
        Map<String, Double> losses = new HashMap<>();
        try (GraphSession session = GraphSession.open(model())) {
            for (ByteBuffer picture : pictures) {
                try (GraphSession.Values values = session.run(picture)) {
                    signals.forEach((probe, tensor) -> {
                        double signal = Math.max(values.get(tensor + ENERGY).get(0), Float.MIN_NORMAL);
                        double share = values.get(probe + ENERGY).get(0) / signal;
                        losses.merge(probe, share * share, Double::sum);
                    });
                }
            }
        }
        return losses;
    }

    private ModelProto model() {
        List<String> outputs = Stream.concat(
                        signals.keySet().stream(), signals.values().stream().distinct())
                .map(name -> name + ENERGY)
                .toList();
        return graph.model().toBuilder()
                .setGraph(nodes.build(graph.model().getGraph(), GraphSession.floatOutputs(outputs), List.of()))
                .build();
    }
}
