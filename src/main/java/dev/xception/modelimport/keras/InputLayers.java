package dev.xception.modelimport.keras;

import dev.xception.modelimport.InputSize;
import dev.xception.modelimport.InvalidModelException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a topology says about the pictures that it takes. */
public final class InputLayers {

    private InputLayers() {}

    /**
     * The shape of a picture: {@code (height, width, 1 or 3)}, or {@code (height, width)} for grey without a channel axis.
     *
     * @param size overrides the file's height and width; needed where the file leaves them open
     */
    public static Shape shape(ModelConfig model, @Nullable InputSize size) {
        if (model.inputs().isEmpty()) {
            throw new InvalidModelException("the topology of " + model.name() + " names no input");
        }
        String name = model.inputs().getFirst().layer();
        JsonNode batchShape = model.layers().stream()
                .filter(layer -> layer.name().equals(name))
                .findFirst()
                .map(layer -> batchShape(layer.settings()))
                .orElseThrow(() ->
                        new InvalidModelException("the topology of " + model.name() + " lacks its input " + name));
        int rank = batchShape.size() - 1;
        int channels = rank == 3 ? batchShape.path(3).asInt(3) : 1;
        if (rank < 2 || rank > 3 || (channels != 1 && channels != 3)) {
            LayerFactory.requireAllSupported(model);
            throw new InvalidModelException(
                    "the model is no image classifier: its input " + name + " has the shape " + batchShape);
        }
        List<Integer> axes = new ArrayList<>();
        if (size != null) {
            axes.add(size.height());
            axes.add(size.width());
        } else if (batchShape.path(1).isIntegralNumber() && batchShape.path(2).isIntegralNumber()) {
            axes.add(batchShape.path(1).asInt());
            axes.add(batchShape.path(2).asInt());
        } else {
            throw new InvalidModelException("the input " + name + " has no fixed size: give the input size");
        }
        if (rank == 3) {
            axes.add(channels);
        }
        try {
            return new Shape(axes);
        } catch (IllegalArgumentException e) {
            throw new InvalidModelException("the input " + name + ": " + e.getMessage(), e);
        }
    }

    private static JsonNode batchShape(Settings input) {
        return input.has("batch_shape") ? input.get("batch_shape") : input.get("batch_input_shape");
    }
}
