package dev.xception.modelimport.keras;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Puts the names of Keras 1 layers and settings into those of Keras 2. */
final class Keras1 {

    private static final Map<String, String> CLASSES = Map.of(
            "Convolution2D", "Conv2D",
            "AtrousConvolution2D", "Conv2D",
            "SeparableConvolution2D", "SeparableConv2D");

    private static final Map<String, String> SETTINGS = Map.of(
            "nb_filter", "filters",
            "border_mode", "padding",
            "subsample", "strides",
            "bias", "use_bias",
            "output_dim", "units",
            "atrous_rate", "dilation_rate",
            "concat_axis", "axis");

    private static final Map<String, String> MERGES = Map.of(
            "sum", "Add",
            "mul", "Multiply",
            "ave", "Average",
            "max", "Maximum",
            "concat", "Concatenate");

    private Keras1() {}

    /** Renames the settings in place and returns the class name in Keras 2. */
    static String translate(String className, ObjectNode settings) {
        for (Map.Entry<String, String> rename : SETTINGS.entrySet()) {
            JsonNode value = settings.path(rename.getKey());
            // A Keras 2 regulariser or initialiser may hold one of the old names; a layer has only one of the two.
            if (!value.isMissingNode() && !settings.has(rename.getValue())) {
                settings.set(rename.getValue(), value);
            }
        }
        if (settings.has("nb_row") && settings.has("nb_col")) {
            settings.putArray("kernel_size").add(settings.path("nb_row")).add(settings.path("nb_col"));
        }
        if (settings.has("dim_ordering")) {
            settings.put(
                    "data_format",
                    settings.path("dim_ordering").asString("").equals("th") ? "channels_first" : "channels_last");
        }
        if (className.equals("Merge")) {
            return MERGES.getOrDefault(settings.path("mode").asString(""), className);
        }
        return CLASSES.getOrDefault(className, className);
    }
}
