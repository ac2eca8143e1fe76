package dev.xception.modelimport.keras;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * MobileNet v1 as Howard et al. describe it (arXiv 1704.04861, table 1), with the layer names of Keras Applications. The
 * width multiplier shows in the number of filters of the first convolution.
 */
final class MobileNetTopology {

    private static final int IMAGE_SIZE = 224;
    private static final int FULL_FIRST_FILTERS = 32;
    private static final List<Integer> FULL_FILTERS =
            List.of(64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024);
    private static final List<Integer> STRIDES = List.of(1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1);

    private final TopologyBuilder builder = new TopologyBuilder(IMAGE_SIZE);

    private MobileNetTopology() {}

    static ModelConfig model(int firstFilters, int classes) {
        return new MobileNetTopology().build(firstFilters, classes);
    }

    private ModelConfig build(int firstFilters, int classes) {
        Map<String, ?> first = Map.of("filters", firstFilters, "kernel_size", 3, "strides", 2);
        String x = block("conv1", "Conv2D", first, "same", "image");
        int filters = firstFilters;
        for (int i = 1; i <= FULL_FILTERS.size(); i++) {
            filters = FULL_FILTERS.get(i - 1) * firstFilters / FULL_FIRST_FILTERS;
            int stride = STRIDES.get(i - 1);
            Map<String, ?> depthwise = Map.of("kernel_size", 3, "strides", stride);
            if (stride > 1) {
                // Differs from "same" on maps of odd size.
                x = builder.add("ZeroPadding2D", "conv_pad_" + i, Map.of("padding", List.of(0, 1, 0, 1)), x);
            }
            x = block("conv_dw_" + i, "DepthwiseConv2D", depthwise, stride > 1 ? "valid" : "same", x);
            x = block("conv_pw_" + i, "Conv2D", Map.of("filters", filters, "kernel_size", 1), "same", x);
        }
        x = builder.add("GlobalAveragePooling2D", "global_average_pooling2d", Map.of(), x);
        x = builder.add("Reshape", "reshape_1", Map.of("target_shape", List.of(1, 1, filters)), x);
        x = builder.add("Conv2D", "conv_preds", Map.of("filters", classes, "kernel_size", 1), x);
        String activation = TopologyBuilder.classActivation(classes);
        x = builder.add("Activation", "act_" + activation, Map.of("activation", activation), x);
        builder.add("Reshape", "reshape_2", Map.of("target_shape", List.of(classes)), x);
        return builder.build("mobilenet");
    }

    /** A convolution without bias, its batch norm, and a relu that stops at 6. */
    private String block(String name, String className, Map<String, ?> settings, String padding, String input) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("padding", padding);
        all.put("use_bias", false);
        String x = builder.add(className, name, all, input);
        x = builder.add("BatchNormalization", name + "_bn", Map.of(), x);
        return builder.add("Activation", name + "_relu", Map.of("activation", "relu6"), x);
    }
}
