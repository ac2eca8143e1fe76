package dev.xception.modelimport.keras;

import dev.xception.modelimport.InvalidModelException;
import dev.xception.modelimport.LayerSummary;
import dev.xception.modelimport.ModelSummary;
import dev.xception.modelimport.hdf5.Tensor;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts parameters and multiply-adds while a network is laid out; a layer that is called twice has its weights once. */
final class SummaryBuilder {

    /** An ONNX file cannot be larger than 2 GB. */
    private static final long MAX_PARAMETERS = 500_000_000;

    private static final Set<String> NEVER_TRAINED =
            Set.of("moving_mean", "moving_variance", "mean", "variance", "count");

    private final IdentityHashMap<LayerConfig, Long> parameters = new IdentityHashMap<>();
    private final Map<String, LayerSummary> layers = new LinkedHashMap<>();
    private long total;
    private long trainable;

    /** Weights of {@code layer} that are counted as they are taken. */
    LayerWeights counting(LayerConfig layer, boolean modelTrainable, LayerWeights weights) {
        boolean layerTrainable = modelTrainable && layer.settings().flag("trainable", true);
        return new LayerWeights() {
            @Override
            public Tensor next(String role, int... shape) {
                Tensor tensor = weights.next(role, shape);
                total += tensor.size();
                if (total > MAX_PARAMETERS) {
                    throw new InvalidModelException("the model has more than " + MAX_PARAMETERS + " parameters");
                }
                parameters.merge(layer, (long) tensor.size(), Long::sum);
                if (layerTrainable && !NEVER_TRAINED.contains(role)) {
                    trainable += tensor.size();
                }
                return tensor;
            }

            @Override
            public void finish() {
                weights.finish();
            }
        };
    }

    /** Records one call of a layer, written as {@code nodes}. */
    void add(String name, LayerConfig layer, List<Node> nodes, Shape output) {
        long multiplyAdds = nodes.stream()
                .mapToLong(node -> node.layer()
                        .multiplyAdds(node.inputs().stream().map(Node::shape).toList()))
                .sum();
        LayerSummary call = new LayerSummary(
                name, layer.className(), output.toString(), parameters.getOrDefault(layer, 0L), multiplyAdds);
        layers.merge(
                name,
                call,
                (first, again) -> new LayerSummary(
                        name,
                        first.className(),
                        again.outputShape(),
                        first.parameters(),
                        first.multiplyAdds() + again.multiplyAdds()));
    }

    ModelSummary build() {
        return new ModelSummary(
                total,
                trainable,
                layers.values().stream().mapToLong(LayerSummary::multiplyAdds).sum(),
                List.copyOf(layers.values()));
    }
}
