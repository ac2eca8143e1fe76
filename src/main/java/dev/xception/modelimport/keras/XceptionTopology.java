package dev.xception.modelimport.keras;

import java.util.Map;

/**
 * Xception as Chollet describes it (arXiv 1610.02357, figure 5), with the layer names of Keras Applications.
 *
 * <p>Weights are assigned by position, so layers with weights stand in the order of the official file: in the blocks with a
 * shortcut, the convolution of the shortcut comes after the second separable convolution and its batch norm last.
 */
public final class XceptionTopology {

    public static final int IMAGE_SIZE = 299;

    private final TopologyBuilder builder = new TopologyBuilder(IMAGE_SIZE);

    private XceptionTopology() {}

    public static ModelConfig model(int classes) {
        return new XceptionTopology().build(classes);
    }

    private ModelConfig build(int classes) {
        String x = firstConvolution("block1_conv1", 32, 2, "image");
        x = firstConvolution("block1_conv2", 64, 1, x);
        x = downsampling("block2", 128, 128, x, false);
        x = downsampling("block3", 256, 256, x, true);
        x = downsampling("block4", 728, 728, x, true);
        for (int block = 5; block <= 12; block++) {
            x = middle("block" + block, x);
        }
        x = downsampling("block13", 728, 1024, x, true);
        x = relu("block14_sepconv1_act", separable("block14_sepconv1", 1536, x));
        x = relu("block14_sepconv2_act", separable("block14_sepconv2", 2048, x));
        x = builder.add("GlobalAveragePooling2D", "avg_pool", Map.of(), x);
        String activation = TopologyBuilder.classActivation(classes);
        builder.add("Dense", "predictions", Map.of("units", classes, "activation", activation), x);
        return builder.build("xception");
    }

    private String firstConvolution(String name, int filters, int stride, String input) {
        Map<String, ?> settings = Map.of("filters", filters, "kernel_size", 3, "strides", stride, "use_bias", false);
        String convolution = builder.add("Conv2D", name, settings, input);
        return relu(name + "_act", batchNorm(name + "_bn", convolution));
    }

    private String downsampling(String block, int first, int second, String input, boolean reluFirst) {
        String x = reluFirst ? relu(block + "_sepconv1_act", input) : input;
        x = separable(block + "_sepconv1", first, x);
        x = relu(block + "_sepconv2_act", x);
        x = separable(block + "_sepconv2", second, x);
        Map<String, ?> convolution =
                Map.of("filters", second, "kernel_size", 1, "strides", 2, "padding", "same", "use_bias", false);
        String shortcut = builder.add("Conv2D", block + "_shortcut", convolution, input);
        x = builder.add("MaxPooling2D", block + "_pool", Map.of("pool_size", 3, "strides", 2, "padding", "same"), x);
        shortcut = batchNorm(block + "_shortcut_bn", shortcut);
        return builder.add("Add", block + "_add", Map.of(), x, shortcut);
    }

    private String middle(String block, String input) {
        String x = input;
        for (int i = 1; i <= 3; i++) {
            String name = block + "_sepconv" + i;
            x = separable(name, 728, relu(name + "_act", x));
        }
        return builder.add("Add", block + "_add", Map.of(), x, input);
    }

    /** With its batch norm. */
    private String separable(String name, int filters, String input) {
        Map<String, ?> settings = Map.of("filters", filters, "kernel_size", 3, "padding", "same", "use_bias", false);
        return batchNorm(name + "_bn", builder.add("SeparableConv2D", name, settings, input));
    }

    private String batchNorm(String name, String input) {
        return builder.add("BatchNormalization", name, Map.of(), input);
    }

    private String relu(String name, String input) {
        return builder.add("Activation", name, Map.of("activation", "relu"), input);
    }
}
