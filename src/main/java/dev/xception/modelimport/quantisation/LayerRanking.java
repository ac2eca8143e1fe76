package dev.xception.modelimport.quantisation;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.xception.modelimport.quantisation.QuantisationProgress.Step;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which layers cost the model most on bytes. Each becomes float once while all others compute on bytes, and what is left of the error of
 * the model's outputs tells how much it costs; a softmax, which hides errors, is left out. What a layer loses by itself would not tell: later layers
 * make much of some errors and nothing of others.
 */
final class LayerRanking {

    private static final Set<String> ACTIVATIONS = Set.of("Softmax", "Sigmoid");

    private final FloatGraph graph;
    private final ByteFormats formats;
    private final List<ByteBuffer> pictures;
    private final List<String> outputs;
    private final List<Map<String, FloatBuffer>> wanted = new ArrayList<>();

    private LayerRanking(FloatGraph graph, ByteFormats formats, List<ByteBuffer> pictures) {
        this.graph = graph;
        this.formats = formats;
        this.pictures = pictures;
        this.outputs = graph.model().getGraph().getOutputList().stream()
                .map(ValueInfoProto::getName)
                .map(this::beforeActivation)
                .toList();
    }

    private String beforeActivation(String output) {
        return graph.model().getGraph().getNodeList().stream()
                .filter(node -> node.getOutput(0).equals(output))
                .filter(node -> ACTIVATIONS.contains(node.getOpType()))
                .map(node -> node.getInput(0))
                .findFirst()
                .orElse(output);
    }

    /** The layers, the one that costs most first, without the depthwise convolutions that are float where their readers are. */
    static List<String> of(
            FloatGraph graph, ByteFormats formats, List<ByteBuffer> pictures, QuantisationProgress progress) {
        return new LayerRanking(graph, formats, pictures).ranking(progress);
    }

    private List<String> ranking(QuantisationProgress progress) {
        measureWanted();
        Map<String, Double> errors = new HashMap<>();
        List<String> layers = graph.layersBesideDepthwise();
        for (String layer : layers) {
            progress.started(Step.RANK_LAYERS, errors.size() + 1, layers.size());
            errors.put(layer, errorWithFloat(layer));
        }
        return layers.stream().sorted(Comparator.comparing(errors::get)).toList();
    }

    private void measureWanted() {
        try (GraphSession floats = GraphSession.open(GraphSession.withOutputs(graph.model(), outputs))) {
            for (ByteBuffer picture : pictures) {
                try (GraphSession.Values values = floats.run(picture)) {
                    Map<String, FloatBuffer> its = new HashMap<>();
                    outputs.forEach(output -> its.put(output, values.get(output)));
                    wanted.add(its);
                }
            }
        }
    }

    /** The errors of the outputs, each a share of the output's energy, added up. */
    private double errorWithFloat(String layer) {
        ModelProto model = new QdqWriter(graph, formats, graph.withDepthwise(List.of(layer)))
                .write(GraphSession.floatOutputs(outputs));
        Map<String, SignalToNoise> ratios = new HashMap<>();
        try (GraphSession bytes = GraphSession.open(model)) {
            for (int i = 0; i < pictures.size(); i++) {
                Map<String, FloatBuffer> its = wanted.get(i);
                try (GraphSession.Values actual = bytes.run(pictures.get(i))) {
                    its.forEach((output, values) -> ratios.computeIfAbsent(output, _ -> new SignalToNoise())
                            .add(values, actual.get(output)));
                }
            }
        }
        return ratios.values().stream().mapToDouble(SignalToNoise::noiseShare).sum();
    }
}
