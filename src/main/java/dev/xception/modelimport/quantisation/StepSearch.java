package dev.xception.modelimport.quantisation;

import java.nio.ByteBuffer;
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
        Map<String, Double> losses = probes().losses(pictures);
        Map<String, ChannelSteps> best = new HashMap<>();
        candidates.forEach((tensor, its) -> {
            double least = Double.POSITIVE_INFINITY;
            for (int i = 0; i < its.size(); i++) {
                double loss = 0;
                for (Operation reader : graph.readers(tensor)) {
                    loss += losses.getOrDefault(probe(tensor, i, reader), 0.0);
                }
                if (loss < least) {
                    least = loss;
                    best.put(tensor, its.get(i));
                }
            }
        });
        return best;
    }

    private static String probe(String tensor, int candidate, Operation reader) {
        return tensor + "/probe/" + candidate + "/" + reader.result();
    }

    private LayerProbes probes() {
        LayerProbes probes = new LayerProbes(graph);
        candidates.forEach((tensor, its) -> {
            for (int i = 0; i < its.size(); i++) {
                String rounded = tensor + "/rounded/" + i;
                round(probes.nodes(), tensor, its.get(i), rounded);
                for (Operation reader : graph.readers(tensor)) {
                    probes.add(reader.node(), rounded, probe(tensor, i, reader));
                }
            }
        });
        return probes;
    }

    /** What the bytes of all channels that hold a part of a value make of it. */
    private static void round(QdqGraph nodes, String tensor, ChannelSteps steps, String result) {
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
        String low = nodes.floats(result + "/low", shape, lowest);
        String size = nodes.floats(result + "/size", shape, sizes);
        String none = nodes.floats(result + "/none", List.of(), 0);
        String all = nodes.floats(result + "/all", shape, most);
        nodes.node("Sub", List.of(tensor, low), result + "/above");
        nodes.node("Div", List.of(result + "/above", size), result + "/steps");
        nodes.node("Round", List.of(result + "/steps"), result + "/whole");
        nodes.node("Max", List.of(result + "/whole", none), result + "/positive");
        nodes.node("Min", List.of(result + "/positive", all), result + "/held");
        nodes.node("Mul", List.of(result + "/held", size), result + "/height");
        nodes.node("Add", List.of(result + "/height", low), result);
    }
}
