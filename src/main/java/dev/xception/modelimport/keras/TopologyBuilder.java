package dev.xception.modelimport.keras;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes a topology down in code; each method adds a layer and returns its name. */
final class TopologyBuilder {

    private final List<LayerConfig> layers = new ArrayList<>();

    TopologyBuilder(int size) {
        ObjectNode settings = JsonNodeFactory.instance.objectNode();
        settings.putArray("batch_shape").addNull().add(size).add(size).add(3);
        layers.add(new LayerConfig("InputLayer", "image", new Settings("image", settings), List.of(), null, false));
    }

    String add(String className, String name, Map<String, ?> settings, String... inputs) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        settings.forEach((key, value) -> {
            switch (value) {
                case Integer number -> json.put(key, number);
                case Boolean flag -> json.put(key, flag);
                case List<?> numbers -> {
                    var array = json.putArray(key);
                    numbers.forEach(number -> array.add((Integer) number));
                }
                default -> json.put(key, value.toString());
            }
        });
        List<Argument> call = new ArrayList<>();
        for (String input : inputs) {
            call.add(new Argument.Tensor(input, 0, 0));
        }
        layers.add(new LayerConfig(className, name, new Settings(name, json), List.of(call), null, false));
        return name;
    }

    /** What turns scores into probabilities; a softmax over one score would be 1 whatever the picture. */
    static String classActivation(int classes) {
        return classes == 1 ? "sigmoid" : "softmax";
    }

    ModelConfig build(String name) {
        return new ModelConfig(
                name,
                List.copyOf(layers),
                List.of(new Argument.Tensor(layers.getFirst().name(), 0, 0)),
                List.of(new Argument.Tensor(layers.getLast().name(), 0, 0)));
    }
}
