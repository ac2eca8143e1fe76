package dev.xception.modelimport.keras;

import dev.xception.modelimport.InvalidModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the topology JSON of Keras 1, 2 and 3. A Sequential model becomes the chain of calls that it stands for, so that
 * nothing later knows the difference. Code in the file (Lambda layers) is only ever text here.
 */
public final class TopologyReader {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private TopologyReader() {}

    /** Reads what {@code model.to_json()} writes, or an object that holds it as {@code model_config}. */
    public static ModelConfig read(String text, String source) {
        try {
            JsonNode json = JSON.readTree(text);
            JsonNode inner = json.path("model_config");
            json = inner.isString() ? JSON.readTree(inner.stringValue()) : inner.isObject() ? inner : json;
            return model(json, "model");
        } catch (JacksonException e) {
            throw new InvalidModelException("the topology in " + source + " is not valid JSON", e);
        }
    }

    /** The version that such a text states for itself; empty where it states none. */
    public static Optional<String> kerasVersion(String text) {
        try {
            return Optional.ofNullable(JSON.readTree(text).path("keras_version").stringValue(null));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static ModelConfig model(JsonNode json, String fallbackName) {
        JsonNode config = json.path("config");
        JsonNode layersJson = config.isArray() ? config : config.path("layers");
        String name = config.path("name").asString(fallbackName);
        if (!layersJson.isArray() || layersJson.isEmpty()) {
            throw new InvalidModelException(
                    "the topology of " + name + " lists no layers (a subclassed model cannot be imported)");
        }
        List<LayerConfig> layers = new ArrayList<>();
        layersJson.forEach(layer -> layers.add(layer(layer)));
        boolean sequential = json.path("class_name").asString("").equals("Sequential") || config.isArray();
        if (sequential) {
            return SequentialChain.of(name, layers, config.path("build_input_shape"));
        }
        ModelConfig model = new ModelConfig(
                name, layers, references(config.path("input_layers")), references(config.path("output_layers")));
        return hasCallsOfKeras3(layersJson) ? NestedCalls.fromKeras3(model) : NestedCalls.fromKeras2(model);
    }

    private static boolean hasCallsOfKeras3(JsonNode layers) {
        for (JsonNode layer : layers) {
            if (layer.path("inbound_nodes").path(0).isObject()) {
                return true;
            }
        }
        return false;
    }

    private static LayerConfig layer(JsonNode json) {
        LayerConfig layer = anyLayer(json);
        boolean training =
                json.path("inbound_nodes").findValues("training").stream().anyMatch(flag -> flag.asBoolean(false));
        if (training && LayerFactory.differsInTraining(layer)) {
            throw new InvalidModelException(
                    "layer " + layer.name() + " is called with training=True, which is not supported");
        }
        return layer;
    }

    private static LayerConfig anyLayer(JsonNode json) {
        String className = json.path("class_name").asString("");
        JsonNode config = json.path("config");
        String name = json.path("name").asString(config.path("name").asString(className));
        if (isModel(className, config)) {
            return new LayerConfig(
                    className,
                    name,
                    new Settings(name, config),
                    calls(json.path("inbound_nodes")),
                    model(json, name),
                    false);
        }
        if (config instanceof ObjectNode settings) {
            className = Keras1.translate(className, settings);
        }
        List<List<Argument>> calls = calls(json.path("inbound_nodes"));
        boolean operation = json.path("module").asString("").startsWith("keras.src.ops")
                || Operations.isOperation(className, calls);
        return new LayerConfig(className, name, new Settings(name, config), calls, null, operation);
    }

    private static boolean isModel(String className, JsonNode config) {
        return switch (className) {
            case "Sequential", "Model", "Functional" -> true;
            default -> config.path("layers").isArray() && config.has("output_layers");
        };
    }

    private static List<List<Argument>> calls(JsonNode nodes) {
        List<List<Argument>> calls = new ArrayList<>();
        for (JsonNode node : nodes) {
            List<Argument> arguments = new ArrayList<>();
            if (node.isObject()) {
                node.path("args").forEach(argument -> addKeras3(argument, arguments));
                node.path("kwargs").forEach(argument -> addKeras3(argument, arguments));
            } else if (node.path(0).isString()) {
                addKeras2(node, arguments);
            } else {
                node.forEach(argument -> addKeras2(argument, arguments));
            }
            calls.add(arguments);
        }
        return calls;
    }

    private static void addKeras3(JsonNode argument, List<Argument> arguments) {
        JsonNode history = argument.path("config").path("keras_history");
        if (history.isArray()) {
            arguments.add(reference(history));
        } else if (argument.isArray() && argument.path(0).isObject()) {
            argument.forEach(element -> addKeras3(element, arguments));
        } else {
            addConstant(argument, arguments);
        }
    }

    /**
     * {@code ["layer", call, output, {"y": constant or ["layer", call, output]}]}, and {@code ["_CONSTANT_VALUE", -1, 1.0,
     * {...}]} where a constant comes first.
     */
    private static void addKeras2(JsonNode argument, List<Argument> arguments) {
        if (!argument.path(0).isString()) {
            throw new InvalidModelException("the topology holds a call that is not understood: " + argument);
        }
        if (argument.path(0).stringValue().equals("_CONSTANT_VALUE")) {
            addConstant(argument.path(2), arguments);
        } else {
            arguments.add(reference(argument));
        }
        for (JsonNode named : argument.path(3)) {
            if (named.isArray() && named.path(0).isString()) {
                arguments.add(reference(named));
            } else {
                addConstant(named, arguments);
            }
        }
    }

    private static void addConstant(JsonNode value, List<Argument> arguments) {
        List<Double> numbers = new ArrayList<>();
        Settings.collect(value, numbers);
        if (!numbers.isEmpty()) {
            arguments.add(new Argument.Constant(numbers));
        }
    }

    /** {@code [["a", 0, 0], ["b", 0, 0]]}, or {@code ["a", 0, 0]} where there is one. */
    private static List<Argument.Tensor> references(JsonNode list) {
        if (list.path(0).isString()) {
            return List.of(reference(list));
        }
        List<Argument.Tensor> references = new ArrayList<>();
        list.forEach(element -> references.add(reference(element)));
        return references;
    }

    private static Argument.Tensor reference(JsonNode json) {
        return new Argument.Tensor(
                json.path(0).asString(""), json.path(1).asInt(0), json.path(2).asInt(0));
    }
}
