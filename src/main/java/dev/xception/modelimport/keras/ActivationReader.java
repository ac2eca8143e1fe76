package dev.xception.modelimport.keras;

import dev.xception.modelimport.InvalidModelException;
import dev.xception.modelimport.keras.Activation.Simple;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads the {@code activation} setting of a layer and the layers that are activations themselves. */
final class ActivationReader {

    private ActivationReader() {}

    /** The layer's activation; empty where it is linear. */
    static Optional<Activation> setting(LayerSource source) {
        JsonNode value = source.settings().get("activation");
        if (value.isObject()) {
            // Keras 3 writes {"class_name": "function", "config": "relu6"}, or a whole activation layer.
            JsonNode config = value.path("config");
            String name = config.isString()
                    ? config.stringValue()
                    : value.path("class_name").asString("");
            return config.isObject() && !config.isEmpty()
                    ? Optional.of(layer(name, new Settings(source.name(), config), source))
                    : named(name, source);
        }
        return value.isString() ? named(value.stringValue(), source) : Optional.empty();
    }

    private static Optional<Activation> named(String name, LayerSource source) {
        return switch (name) {
            case "linear" -> Optional.empty();
            case "relu", "ReLU" -> Optional.of(Activation.Relu.PLAIN);
            case "relu6" -> Optional.of(Activation.Relu.SIX);
            case "leaky_relu" -> Optional.of(new Activation.Relu(Double.POSITIVE_INFINITY, 0.2, 0));
            case "elu" -> Optional.of(new Activation.Elu(1));
            case "selu" -> Optional.of(Simple.SELU);
            case "swish", "silu" -> Optional.of(Simple.SWISH);
            case "hard_swish", "hard_silu" -> Optional.of(Simple.HARD_SWISH);
            case "mish" -> Optional.of(Simple.MISH);
            case "gelu" -> Optional.of(new Activation.Gelu(false));
            case "sigmoid" -> Optional.of(Simple.SIGMOID);
            case "hard_sigmoid" -> Optional.of(new Activation.HardSigmoid(source.kerasVersion() >= 3 ? 1 / 6.0 : 0.2));
            case "tanh" -> Optional.of(Simple.TANH);
            case "softplus" -> Optional.of(Simple.SOFTPLUS);
            case "softsign" -> Optional.of(Simple.SOFTSIGN);
            case "exponential" -> Optional.of(Simple.EXPONENTIAL);
            case "softmax", "Softmax" -> Optional.of(new Activation.Softmax());
            default ->
                throw new InvalidModelException(
                        "layer " + source.name() + " has the activation " + name + ", which is not supported");
        };
    }

    /** The activation that a layer of this class is, such as LeakyReLU. */
    static Activation layer(String className, Settings settings, LayerSource source) {
        return switch (className) {
            case "ReLU" ->
                new Activation.Relu(
                        settings.number("max_value", Double.POSITIVE_INFINITY),
                        settings.number("negative_slope", 0),
                        settings.number("threshold", 0));
            case "LeakyReLU" ->
                new Activation.Relu(
                        Double.POSITIVE_INFINITY, settings.number("negative_slope", settings.number("alpha", 0.3)), 0);
            case "ThresholdedReLU" -> new Activation.Relu(Double.POSITIVE_INFINITY, 0, settings.number("theta", 1));
            case "ELU" -> new Activation.Elu(settings.number("alpha", 1));
            case "Softmax" -> softmax(settings, source);
            default ->
                throw new InvalidModelException(
                        "layer " + source.name() + " has the activation " + className + ", which is not supported");
        };
    }

    private static Activation softmax(Settings settings, LayerSource source) {
        int axis = settings.has("axis") && settings.get("axis").isArray()
                ? settings.integers("axis").getFirst()
                : settings.integer("axis", -1);
        if (axis != -1 && axis != source.input().rank()) {
            throw settings.invalid("axis");
        }
        return new Activation.Softmax();
    }
}
