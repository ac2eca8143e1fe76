package dev.xception.modelimport.keras;

import dev.xception.modelimport.keras.Argument.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes references count the calls of nested models from 0, as they count those of other layers. A nested model comes with a
 * call on its own inputs, which no file lists; some references count it nevertheless, so that the first listed call is 1.
 */
final class NestedCalls {

    private NestedCalls() {}

    /**
     * Keras 2 counts that call in every reference to a model that was made with its input, and in none to a Sequential that
     * was not. The last listed call is always referred to, so that a number beyond it tells the two apart.
     */
    static ModelConfig fromKeras2(ModelConfig model) {
        Set<Tensor> firstOutputs = Stream.concat(
                        model.outputs().stream(),
                        model.layers().stream()
                                .flatMap(layer -> layer.calls().stream())
                                .flatMap(call -> LayerConfig.tensors(call).stream()))
                .map(tensor -> new Tensor(tensor.layer(), tensor.call(), 0))
                .collect(Collectors.toSet());
        Set<String> fromOne = new HashSet<>();
        for (LayerConfig layer : model.layers()) {
            Tensor beyond = new Tensor(layer.name(), layer.calls().size(), 0);
            if (layer.model() != null && firstOutputs.contains(beyond)) {
                fromOne.add(layer.name());
            }
        }
        if (fromOne.isEmpty()) {
            return model;
        }
        List<LayerConfig> layers = model.layers().stream()
                .map(layer -> layer.withCalls(layer.calls().stream()
                        .map(call -> fromZero(call, fromOne))
                        .toList()))
                .toList();
        return new ModelConfig(model.name(), layers, model.inputs(), outputsFromZero(model, fromOne));
    }

    /** Keras 3 counts that call only where a model names its outputs, and a Sequential has none. */
    static ModelConfig fromKeras3(ModelConfig model) {
        Set<String> fromOne = model.layers().stream()
                .filter(layer -> layer.model() != null && !layer.className().equals("Sequential"))
                .map(LayerConfig::name)
                .collect(Collectors.toSet());
        return new ModelConfig(model.name(), model.layers(), model.inputs(), outputsFromZero(model, fromOne));
    }

    private static List<Tensor> outputsFromZero(ModelConfig model, Set<String> fromOne) {
        return model.outputs().stream().map(output -> fromZero(output, fromOne)).toList();
    }

    private static List<Argument> fromZero(List<Argument> call, Set<String> fromOne) {
        return call.stream()
                .map(argument -> argument instanceof Tensor tensor ? fromZero(tensor, fromOne) : argument)
                .toList();
    }

    private static Tensor fromZero(Tensor tensor, Set<String> fromOne) {
        return fromOne.contains(tensor.layer())
                ? new Tensor(tensor.layer(), tensor.call() - 1, tensor.output())
                : tensor;
    }
}
