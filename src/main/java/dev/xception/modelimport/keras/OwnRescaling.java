package dev.xception.modelimport.keras;

import dev.xception.modelimport.keras.Argument.Constant;
import dev.xception.modelimport.keras.Argument.Tensor;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Whether a model itself turns pixel values into what it was trained on. That happens between its input and its first layers
 * with weights; what rescales behind them, as some residual branches do, belongs to the network.
 */
public final class OwnRescaling {

    private static final Set<String> LAYERS = Set.of("Rescaling", "Normalization");

    /** What becomes of pixel values in a layer or a model. */
    private enum Outcome {
        PIXELS,
        RESCALED,
        FEATURES
    }

    /** A nested model is followed once, however often it is called. */
    private final IdentityHashMap<LayerConfig, Outcome> nested = new IdentityHashMap<>();

    private OwnRescaling() {}

    public static boolean isIn(ModelConfig model) {
        return new OwnRescaling().follow(model) == Outcome.RESCALED;
    }

    private Outcome follow(ModelConfig model) {
        Set<Tensor> pixels = new HashSet<>(model.inputs());
        for (Call call : Call.inOrder(model)) {
            Outcome outcome = pixels.containsAll(call.tensors()) ? follow(call) : Outcome.FEATURES;
            if (outcome == Outcome.RESCALED) {
                return outcome;
            }
            if (outcome == Outcome.PIXELS) {
                pixels.add(new Tensor(call.layer().name(), call.index(), 0));
            }
        }
        return pixels.containsAll(model.outputs()) ? Outcome.PIXELS : Outcome.FEATURES;
    }

    private Outcome follow(Call call) {
        LayerConfig layer = call.layer();
        ModelConfig model = layer.model();
        if (model != null) {
            Outcome outcome = nested.get(layer);
            if (outcome == null) {
                outcome = follow(model);
                nested.put(layer, outcome);
            }
            return outcome;
        }
        boolean constants = layer.operation()
                && (call.arguments().stream().anyMatch(Constant.class::isInstance)
                        || !layer.settings().get("constants").isEmpty());
        if (constants || LAYERS.contains(layer.className())) {
            return Outcome.RESCALED;
        }
        return LayerFactory.hasWeights(layer) ? Outcome.FEATURES : Outcome.PIXELS;
    }
}
