package dev.xception.modelimport.keras;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A layer as a Keras topology describes it, in the terms of Keras 2 and 3 whatever the file's version.
 *
 * @param calls the arguments of each call; a shared layer has several
 * @param model the nested model, where the layer is one
 * @param operation whether this is a bare operation on tensors, which has no weights and no group of its own
 */
public record LayerConfig(
        String className,
        String name,
        Settings settings,
        List<List<Argument>> calls,
        @Nullable ModelConfig model,
        boolean operation) {

    LayerConfig withCalls(List<List<Argument>> otherCalls) {
        return new LayerConfig(className, name, settings, otherCalls, model, operation);
    }

    /** The tensors among the arguments of a call. */
    static List<Argument.Tensor> tensors(List<Argument> call) {
        return call.stream()
                .filter(Argument.Tensor.class::isInstance)
                .map(Argument.Tensor.class::cast)
                .toList();
    }
}
