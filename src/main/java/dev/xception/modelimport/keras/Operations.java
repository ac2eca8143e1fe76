package dev.xception.modelimport.keras;

import dev.xception.modelimport.InvalidModelException;
import dev.xception.modelimport.keras.Argument.Constant;
import dev.xception.modelimport.keras.Layer.Merge;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Arithmetic that stands in a graph without a layer, as {@code preprocess_input(x)} and {@code a + b} leave it: operation
 * nodes of Keras 3, TFOpLambda and TensorFlowOpLayer of Keras 2. With a constant it is a {@link Scale}, else a merge.
 */
final class Operations {

    private enum Kind {
        ADD,
        SUBTRACT,
        MULTIPLY,
        DIVIDE
    }

    private Operations() {}

    /**
     * Whether this is no layer, though nothing else says so: HDF5 files of Keras 3 leave the module of a class out, and only
     * an operation is called with constants or has no layer of its name.
     */
    static boolean isOperation(String className, List<List<Argument>> calls) {
        return switch (className) {
            case "TFOpLambda", "TensorFlowOpLayer", "TrueDivide", "Divide" -> true;
            case "Add", "Subtract", "Multiply" ->
                calls.stream().flatMap(List::stream).anyMatch(Constant.class::isInstance);
            default -> false;
        };
    }

    static boolean supports(LayerConfig layer) {
        return kind(layer).isPresent();
    }

    /** @param arguments of the call, constants included, in their order */
    static Layer create(LayerSource source, List<Argument> arguments) {
        LayerConfig layer = source.config();
        Kind kind = kind(layer).orElseThrow();
        List<Argument> operands = new ArrayList<>(arguments);
        source.settings().get("constants").forEachEntry((index, value) -> {
            List<Double> numbers = new ArrayList<>();
            Settings.collect(value, numbers);
            operands.add(Math.min(operands.size(), Integer.parseInt(index)), new Constant(numbers));
        });
        if (operands.size() != 2) {
            throw new InvalidModelException("layer " + layer.name() + " of class " + layer.className() + " has "
                    + operands.size() + " operands instead of two");
        }
        if (operands.get(1) instanceof Constant constant) {
            return ScaleReader.channelwise(source, withConstant(kind, constant.values()));
        }
        if (operands.get(0) instanceof Constant constant) {
            return ScaleReader.channelwise(source, fromConstant(layer, kind, constant.values()));
        }
        return switch (kind) {
            case ADD -> new Merge(Merge.Kind.ADD);
            case SUBTRACT -> new Merge(Merge.Kind.SUBTRACT);
            case MULTIPLY -> new Merge(Merge.Kind.MULTIPLY);
            case DIVIDE ->
                throw new InvalidModelException("layer " + layer.name() + " of class " + layer.className()
                        + " divides by a tensor, which is not supported");
        };
    }

    private static Scale withConstant(Kind kind, List<Double> values) {
        return switch (kind) {
            case ADD -> new Scale(List.of(1.0), values);
            case SUBTRACT ->
                new Scale(List.of(1.0), values.stream().map(v -> -v).toList());
            case MULTIPLY -> new Scale(values, List.of(0.0));
            case DIVIDE -> new Scale(values.stream().map(v -> 1 / v).toList(), List.of(0.0));
        };
    }

    /** {@code constant - x} and the like. */
    private static Scale fromConstant(LayerConfig layer, Kind kind, List<Double> values) {
        return switch (kind) {
            case ADD, MULTIPLY -> withConstant(kind, values);
            case SUBTRACT -> new Scale(List.of(-1.0), values);
            case DIVIDE ->
                throw new InvalidModelException("layer " + layer.name() + " of class " + layer.className()
                        + " divides by a tensor, which is not supported");
        };
    }

    private static Optional<Kind> kind(LayerConfig layer) {
        String name = switch (layer.className()) {
            case "TFOpLambda" -> layer.settings().string("function", "");
            case "TensorFlowOpLayer" -> nodeOperation(layer.settings().get("node_def"));
            default -> layer.className();
        };
        return switch (name) {
            case "Add", "AddV2", "BiasAdd", "math.add", "__operators__.add", "nn.bias_add" -> Optional.of(Kind.ADD);
            case "Subtract", "Sub", "math.subtract", "__operators__.sub" -> Optional.of(Kind.SUBTRACT);
            case "Multiply", "Mul", "math.multiply", "__operators__.mul" -> Optional.of(Kind.MULTIPLY);
            case "Divide", "TrueDivide", "RealDiv", "math.truediv", "math.divide", "__operators__.truediv" ->
                Optional.of(Kind.DIVIDE);
            default -> Optional.empty();
        };
    }

    private static String nodeOperation(JsonNode definition) {
        try {
            JsonNode node = definition.isString() ? new JsonMapper().readTree(definition.stringValue()) : definition;
            return node.path("op").asString("");
        } catch (JacksonException e) {
            return "";
        }
    }
}
