package dev.xception.modelimport.keras;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Writes a Sequential model's implied calls out: each layer takes the one before. */
final class SequentialChain {

    private SequentialChain() {}

    static ModelConfig of(String name, List<LayerConfig> layers, JsonNode buildInputShape) {
        List<LayerConfig> chain = new ArrayList<>();
        LayerConfig first = layers.getFirst();
        if (!first.className().equals("InputLayer")) {
            chain.add(inputLayer(name + "_input", firstShape(first, buildInputShape)));
        }
        for (LayerConfig layer : layers) {
            List<List<Argument>> calls = chain.isEmpty()
                    ? List.of()
                    : List.of(List.of(new Argument.Tensor(chain.getLast().name(), 0, 0)));
            chain.add(layer.withCalls(calls));
        }
        return new ModelConfig(
                name,
                List.copyOf(chain),
                List.of(new Argument.Tensor(chain.getFirst().name(), 0, 0)),
                List.of(new Argument.Tensor(chain.getLast().name(), 0, 0)));
    }

    private static LayerConfig inputLayer(String name, JsonNode batchShape) {
        Settings settings =
                new Settings(name, JsonNodeFactory.instance.objectNode().set("batch_shape", batchShape));
        return new LayerConfig("InputLayer", name, settings, List.of(), null, false);
    }

    /** Keras 1 and 2 write the input's shape on the first layer, Keras 3 on the model. */
    private static JsonNode firstShape(LayerConfig first, JsonNode buildInputShape) {
        if (first.settings().has("batch_input_shape")) {
            return first.settings().get("batch_input_shape");
        }
        ModelConfig nested = first.model();
        if (nested != null) {
            Settings input = nested.layers().getFirst().settings();
            return input.has("batch_shape") ? input.get("batch_shape") : input.get("batch_input_shape");
        }
        return buildInputShape;
    }
}
