package dev.xception.modelimport.quantisation;

import static dev.xception.modelimport.onnx.OnnxAttributes.attribute;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds which steps of a tensor's channels suit the layers that read it best: the float graph, and behind each candidate those
 * layers once more.
 */
final class StepSearch {

    private final FloatGraph graph;
    private final Map<String, List<ChannelSteps>> candidates;
    private final List<String> outputs = new ArrayList<>();

    private StepSearch(FloatGraph graph, Map<String, List<ChannelSteps>> candidates) {
        this.graph = graph;
        this.candidates = candidates;
    }

    /** The best candidate of each tensor. */
    static Map<String, ChannelSteps> best(
            FloatGraph graph, Map<String, List<ChannelSteps>> candidates, Iterable<ByteBuffer> pictures) {
        return new StepSearch(graph, candidates).search(pictures);
    }

    private Map<String, ChannelSteps> search(Iterable<ByteBuffer> pictures) {
        if (candidates.isEmpty()) {
            return Map.of();
        }
        Map<String, Double> energies = new HashMap<>();
        try (GraphSession session = GraphSession.open(probes())) {
            for (ByteBuffer picture : pictures) {
                try (GraphSession.Values values = session.run(picture)) {
                    outputs.forEach(output ->
                            energies.merge(output, (double) values.get(output).get(0), Double::sum));
                }
            }
        }
        Map<String, ChannelSteps> best = new HashMap<>();
        candidates.forEach((tensor, its) -> {
            double least = Double.POSITIVE_INFINITY;
            for (int i = 0; i < its.size(); i++) {
                double error = 0;
                for (Operation reader : graph.readers(tensor)) {
                    error += energies.getOrDefault(energy(probe(tensor, i, reader)), 0.0);
                }
                if (error < least) {
                    least = error;
                    best.put(tensor, its.get(i));
                }
            }
        });
        return best;
    }

    private static String probe(String tensor, int candidate, Operation reader) {
        return tensor + "/probe/" + candidate + "/" + reader.result();
    }

    private static String energy(String probe) {
        return probe + "/energy";
    }

    private ModelProto probes() {
        QdqGraph probes = new QdqGraph(graph);
        graph.operations().forEach(probes::node);
        candidates.forEach((tensor, its) -> {
            for (int i = 0; i < its.size(); i++) {
                String rounded = tensor + "/rounded/" + i;
                round(probes, tensor, its.get(i), rounded);
                for (Operation reader : graph.readers(tensor)) {
                    String probe = probe(tensor, i, reader);
                    List<String> inputs = new ArrayList<>(reader.node().getInputList());
                    inputs.set(0, rounded);
                    probes.node(reader.node(), inputs, probe);
                    probes.node("Sub", List.of(probe, reader.node().getOutput(0)), probe + "/error");
                    probes.node("ReduceSumSquare", List.of(probe + "/error"), energy(probe), attribute("keepdims", 0));
                    outputs.add(energy(probe));
                }
            }
        });
        return graph.model().toBuilder()
                .setGraph(probes.build(graph.model().getGraph(), GraphSession.floatOutputs(outputs), List.of()))
                .build();
    }

    /** What the bytes of all channels that hold a part of a value make of it. */
    private static void round(QdqGraph probes, String tensor, ChannelSteps steps, String result) {
        int channels = steps.sizes().length;
        float[] lowest = new float[channels];
        float[] sizes = new float[channels];
        float[] most = new float[channels];
        for (int channel = 0; channel < channels; channel++) {
            sizes[channel] = (float) steps.sizes()[channel];
            lowest[channel] = (float) steps.lowest()[channel];
            most[steps.sources()[channel]] += ChannelSteps.LEVELS;
        }
        List<Long> shape = QdqGraph.shape(1, channels, 1, 1);
        String low = probes.floats(result + "/low", shape, lowest);
        String size = probes.floats(result + "/size", shape, sizes);
        String none = probes.floats(result + "/none", List.of(), 0);
        String all = probes.floats(result + "/all", shape, most);
        probes.node("Sub", List.of(tensor, low), result + "/above");
        probes.node("Div", List.of(result + "/above", size), result + "/steps");
        probes.node("Round", List.of(result + "/steps"), result + "/whole");
        probes.node("Max", List.of(result + "/whole", none), result + "/positive");
        probes.node("Min", List.of(result + "/positive", all), result + "/held");
        probes.node("Mul", List.of(result + "/held", size), result + "/height");
        probes.node("Add", List.of(result + "/height", low), result);
    }
}
