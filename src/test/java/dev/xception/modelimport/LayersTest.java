package dev.xception.modelimport;

import static dev.xception.modelimport.SmallNetwork.functional;
import static dev.xception.modelimport.SmallNetwork.layer;
import static dev.xception.modelimport.SmallNetwork.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.xception.modelimport.keras.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every layer on its way through ONNX, against its definition; on a map of 9 x 7, where padding is uneven. */
class LayersTest {

    private static final Scale INCEPTION = Scale.of(1 / 127.5, -1);
    private static final String FIRST = layer("Conv2D", "first", "'filters': 6, 'kernel_size': 2");
    private static final String POOL = layer("GlobalAveragePooling2D", "pool", "");
    private static final String CLASSES = layer("Dense", "classes", "'units': 3");

    @TempDir
    Path folder;

    /** The layer on the 8 x 6 x 6 output of a convolution, then pooling and a dense layer. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "Conv2D | 'filters': 4, 'kernel_size': [3, 3]",
                "Conv2D | 'filters': 4, 'kernel_size': 3, 'strides': 2, 'padding': 'same'",
                "Conv2D | 'filters': 4, 'kernel_size': [4, 2], 'strides': [3, 2], 'padding': 'same', 'use_bias': false",
                "Conv2D | 'filters': 4, 'kernel_size': 3, 'dilation_rate': 2, 'padding': 'same'",
                "Conv2D | 'filters': 4, 'kernel_size': 3, 'groups': 2",
                "Conv2D | 'filters': 4, 'kernel_size': 1, 'strides': 2, 'padding': 'same', 'activation': 'relu'",
                "DepthwiseConv2D | 'kernel_size': 3, 'depth_multiplier': 2, 'padding': 'same', 'strides': 2",
                "DepthwiseConv2D | 'kernel_size': 3, 'use_bias': false, 'activation': 'relu6'",
                "SeparableConv2D | 'filters': 5, 'kernel_size': 3, 'depth_multiplier': 2, 'padding': 'same'",
                "SeparableConv2D | 'filters': 5, 'kernel_size': 3, 'strides': 2, 'activation': 'elu'",
                "BatchNormalization | ",
                "BatchNormalization | 'axis': [3], 'scale': false, 'center': false, 'epsilon': 0.1",
                "MaxPooling2D | 'pool_size': 3, 'strides': 2, 'padding': 'same'",
                "MaxPooling2D | 'pool_size': [2, 3]",
                "AveragePooling2D | 'pool_size': 3, 'strides': 2, 'padding': 'same'",
                "AveragePooling2D | 'pool_size': 2, 'strides': 1",
                "ZeroPadding2D | 'padding': [[0, 1], [2, 0]]",
                "ZeroPadding2D | 'padding': 2",
                "Cropping2D | 'cropping': [[1, 0], [2, 1]]",
                "UpSampling2D | 'size': [2, 3]",
                "UpSampling2D | 'size': 2, 'interpolation': 'bilinear'",
                "Dense | 'units': 4, 'activation': 'tanh'",
                "Permute | 'dims': [2, 1, 3]",
                "Permute | 'dims': [3, 1, 2]",
                "Reshape | 'target_shape': [4, -1, 6]",
                "PReLU | 'shared_axes': [1, 2]",
                "PReLU | 'shared_axes': null",
                "Rescaling | 'scale': [1, 2, 3, 4, 5, 6], 'offset': 0.5",
                "Normalization | 'axis': -1, 'mean': null",
                "Normalization | 'axis': -1, 'mean': [[1, 2, 3, 4, 5, 6]], 'variance': [[1, 4, 9, 1, 4, 9]]",
                "Normalization | 'axis': null, 'mean': 0.5, 'variance': 4, 'invert': true",
                "Normalization | 'axis': [], 'mean': 0.5, 'variance': 4",
                "Normalization | 'axis': [], 'mean': null, 'variance': null",
                "Resizing | 'height': 8, 'width': 6",
                "Dropout | 'rate': 0.5",
                "RandomFlip | 'mode': 'horizontal'",
                "Softmax | 'axis': -1",
                "ReLU | 'max_value': 0.8, 'negative_slope': 0.1, 'threshold': 0.2",
                "ReLU | 'max_value': 0.8, 'negative_slope': 0.1, 'threshold': 0",
                "ReLU | 'max_value': null, 'negative_slope': 0, 'threshold': 0",
                "ReLU | 'max_value': 6.0",
                "LeakyReLU | 'alpha': 0.2",
                "ThresholdedReLU | 'theta': 0.5",
                "ELU | 'alpha': 0.7"
            })
    void givesWhatTheLayerIsDefinedToGive(String className, String settings) {
        String tested = layer(className, "tested", settings == null ? "" : settings);
        network(sequential(FIRST, tested, POOL, CLASSES)).assertMatchesDefinition();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "linear",
                "relu",
                "relu6",
                "leaky_relu",
                "elu",
                "selu",
                "swish",
                "silu",
                "hard_silu",
                "mish",
                "gelu",
                "sigmoid",
                "hard_sigmoid",
                "tanh",
                "softplus",
                "softsign",
                "exponential",
                "softmax"
            })
    void givesWhatTheActivationIsDefinedToGive(String function) {
        String tested = layer("Activation", "tested", "'activation': '" + function + "'");
        network(sequential(FIRST, tested, POOL, CLASSES)).assertMatchesDefinition();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"})
    void mergesTwoMaps(String className) {
        network(functional(
                        layer("Conv2D", "a", "'filters': 4, 'kernel_size': 1", "input"),
                        layer("Conv2D", "b", "'filters': 4, 'kernel_size': 1, 'activation': 'relu'", "input"),
                        layer(className, "merged", "", "a", "b"),
                        layer("GlobalMaxPooling2D", "pool", "", "merged"),
                        layer("Dense", "output", "'units': 3", "pool")))
                .assertMatchesDefinition();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, -1, -2, -3})
    void concatenatesAlongEveryAxis(int axis) {
        network(functional(
                        layer("Conv2D", "a", "'filters': 4, 'kernel_size': 1", "input"),
                        layer("Concatenate", "merged", "'axis': " + axis, "a", "a", "a"),
                        layer("GlobalAveragePooling2D", "pool", "", "merged"),
                        layer("Dense", "output", "'units': 3", "pool")))
                .assertMatchesDefinition();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void multipliesAMapWithAVector(boolean keepDims) {
        network(functional(
                        layer("Conv2D", "map", "'filters': 4, 'kernel_size': 1", "input"),
                        layer("GlobalAveragePooling2D", "squeezed", "'keepdims': " + keepDims, "map"),
                        layer("Dense", "gate", "'units': 4, 'activation': 'sigmoid'", "squeezed"),
                        layer("Multiply", "excited", "", "map", "gate"),
                        layer("GlobalAveragePooling2D", "pool", "", "excited"),
                        layer("Dense", "output", "'units': 3", "pool")))
                .assertMatchesDefinition();
    }

    @Test
    void flattensAndReshapesInKerasOrder() {
        network(sequential(
                        FIRST,
                        layer("Reshape", "rows", "'target_shape': [8, 36]"),
                        layer("Dense", "mixed", "'units': 5, 'activation': 'relu'"),
                        layer("BatchNormalization", "bn", ""),
                        layer("Permute", "turned", "'dims': [2, 1]"),
                        layer("Flatten", "flat", ""),
                        CLASSES))
                .assertMatchesDefinition();
        network(sequential(FIRST, layer("Flatten", "flat", ""), CLASSES)).assertMatchesDefinition();
    }

    @Test
    void keepsABatchNormThatCannotBeFolded() {
        network(functional(
                        layer("Conv2D", "a", "'filters': 4, 'kernel_size': 1", "input"),
                        layer("Add", "sum", "", "a", "a"),
                        layer("BatchNormalization", "afterAdd", "", "sum"),
                        layer("Activation", "relu", "'activation': 'relu'", "afterAdd"),
                        layer("BatchNormalization", "afterRelu", "", "relu"),
                        layer("Conv2D", "padded", "'filters': 4, 'kernel_size': 3, 'padding': 'same'", "afterRelu"),
                        layer("GlobalAveragePooling2D", "pool", "", "padded"),
                        layer("Dense", "output", "'units': 3", "pool")))
                .assertMatchesDefinition();
    }

    @Test
    void doesNotFoldABatchNormIntoAConvolutionThatOthersTake() {
        network(functional(
                        layer("Conv2D", "shared", "'filters': 4, 'kernel_size': 1", "input"),
                        layer("BatchNormalization", "bn", "", "shared"),
                        layer("Add", "sum", "", "shared", "bn"),
                        layer("GlobalAveragePooling2D", "pool", "", "sum"),
                        layer("Dense", "output", "'units': 3", "pool")))
                .assertMatchesDefinition();
    }

    @Test
    void foldsScalesOnBothSidesOfConvolutionsAndDenseLayers() {
        network(sequential(
                        layer("Rescaling", "rescaling", "'scale': 0.01, 'offset': -0.7"),
                        layer("BatchNormalization", "bn1", ""),
                        layer("DepthwiseConv2D", "depthwise", "'kernel_size': 3, 'depth_multiplier': 2"),
                        layer("BatchNormalization", "bn2", ""),
                        layer("SeparableConv2D", "separable", "'filters': 5, 'kernel_size': 3, 'activation': 'relu'"),
                        layer("BatchNormalization", "bn3", ""),
                        layer("Conv2D", "convolution", "'filters': 4, 'kernel_size': 2, 'groups': 1"),
                        layer("BatchNormalization", "bn4", ""),
                        POOL,
                        layer("BatchNormalization", "bn5", ""),
                        layer("Dense", "dense", "'units': 6, 'activation': 'relu'"),
                        layer("BatchNormalization", "bn6", ""),
                        CLASSES,
                        layer("BatchNormalization", "bn7", "")))
                .assertMatchesDefinition();
    }

    @ParameterizedTest
    @ValueSource(strings = {"valid", "same"})
    void normalizesBeforeTheFirstConvolution(String padding) {
        String first = layer("Conv2D", "first", "'filters': 6, 'kernel_size': 3, 'padding': '" + padding + "'");
        network(sequential(first, POOL, CLASSES)).assertMatchesDefinition();
    }

    @Test
    void understandsTheSettingsOfKeras1() {
        network(functional(
                        layer(
                                "Convolution2D",
                                "a",
                                "'nb_filter': 4, 'nb_row': 3, 'nb_col': 2, 'border_mode': 'same', 'subsample': [2, 1],"
                                        + " 'bias': false, 'dim_ordering': 'tf', 'activation': 'linear'",
                                "input"),
                        layer("Merge", "sum", "'mode': 'sum'", "a", "a"),
                        layer("Merge", "both", "'mode': 'concat', 'concat_axis': -1", "sum", "a"),
                        layer("Flatten", "flat", "", "both"),
                        layer("Dense", "output", "'output_dim': 3, 'activation': 'linear'", "flat")))
                .assertMatchesDefinition();
    }

    @Test
    void writesANestedModelOutWhereverItIsCalled() {
        String nested = """
                {"class_name": "Sequential", "name": "twice",
                 "inbound_nodes": [[["input", 0, 0, {}]], [["twice", 0, 0, {}]]],
                 "config": {"name": "twice", "layers": [%s, %s]}}""".formatted(
                        layer("Conv2D", "inner", "'filters': 3, 'kernel_size': 2, 'activation': 'relu'"),
                        layer("BatchNormalization", "bn", ""));
        String pool =
                layer("GlobalAveragePooling2D", "pool", "", "twice").replace("\"twice\", 0, 0", "\"twice\", 1, 0");
        network(functional(nested, pool, layer("Dense", "output", "'units': 3", "pool")))
                .assertMatchesDefinition();
    }

    @Test
    void understandsArithmeticWithoutLayers() {
        String divide = """
                {"class_name": "TFOpLambda", "name": "divide", "config": {"name": "divide", "function": "math.truediv"},
                 "inbound_nodes": [["input", 0, 0, {"y": 50.0, "name": null}]]}""";
        String subtract = """
                {"class_name": "TensorFlowOpLayer", "name": "subtract", "inbound_nodes": [[["divide", 0, 0, {}]]],
                 "config": {"name": "subtract", "node_def": "{\\"op\\": \\"Sub\\"}", "constants": {"1": [1.0, 2.0, 3.0]}}}""";
        String reversed = """
                {"class_name": "Subtract", "name": "reversed", "module": "keras.src.ops.numpy", "config": {"name": "reversed"},
                 "inbound_nodes": [{"args": [2.5, {"class_name": "__keras_tensor__",
                   "config": {"keras_history": ["subtract", 0, 0]}}], "kwargs": {}}]}""";
        String sum = """
                {"class_name": "TFOpLambda", "name": "sum", "config": {"name": "sum", "function": "__operators__.add"},
                 "inbound_nodes": [["reversed", 0, 0, {"y": ["divide", 0, 0], "name": null}]]}""";
        network(functional(
                        divide,
                        subtract,
                        reversed,
                        sum,
                        layer("Flatten", "flat", "", "sum"),
                        layer("Dense", "output", "'units': 3", "flat")))
                .assertMatchesDefinition();
    }

    @Test
    void keepsLayersApartFromTheGraphsOwnNames() {
        network(sequential(
                        layer("Conv2D", "image", "'filters': 4, 'kernel_size': 1"),
                        layer("Conv2D", "features", "'filters': 4, 'kernel_size': 1, 'activation': 'relu'"),
                        layer("GlobalAveragePooling2D", "probabilities", ""),
                        layer("Dense", "embedding", "'units': 3")))
                .assertMatchesDefinition();
    }

    @Test
    void givesFeaturesOnlyWhereAMapIsPooled() {
        assertThat(network(sequential(FIRST, POOL, CLASSES)).export.hasFeatures())
                .isTrue();
        assertThat(network(sequential(
                                FIRST,
                                layer("AveragePooling2D", "whole", "'pool_size': [8, 6]"),
                                layer("Flatten", "flat", ""),
                                CLASSES))
                        .export
                        .hasFeatures())
                .isTrue();
        assertThat(network(sequential(FIRST, layer("Flatten", "flat", ""), CLASSES))
                        .export
                        .hasFeatures())
                .isFalse();
    }

    /** What a gate pools stands for no feature vector of the network. */
    @Test
    void givesNoFeaturesOfAMapThatIsPooledForAGateOnly() {
        SmallNetwork network = network(functional(
                layer("Conv2D", "map", "'filters': 4, 'kernel_size': 1", "input"),
                layer("GlobalAveragePooling2D", "squeezed", "", "map"),
                layer("Dense", "gate", "'units': 4, 'activation': 'sigmoid'", "squeezed"),
                layer("Multiply", "excited", "", "map", "gate"),
                layer("Flatten", "flat", "", "excited"),
                layer("Dense", "output", "'units': 3", "flat")));
        assertThat(network.export.hasFeatures()).isFalse();
        network.assertMatchesDefinition();
    }

    /** A window of 3 that goes 2 on needs one row or column of zeros at the end of 8 x 6, but one on either side of 9 x 7. */
    @ParameterizedTest
    @CsvSource({"2, false", "1, true"})
    void padsWithinTheConvolutionWhereThatIsTheSame(int firstKernel, boolean pads) throws IOException {
        network(sequential(
                        layer("Conv2D", "first", "'filters': 6, 'kernel_size': " + firstKernel),
                        layer("ZeroPadding2D", "zeros", "'padding': [[0, 1], [0, 1]]"),
                        layer("DepthwiseConv2D", "depthwise", "'kernel_size': 3, 'strides': 2"),
                        POOL,
                        CLASSES))
                .assertMatchesDefinition();
        ModelProto model = ModelProto.parseFrom(Files.readAllBytes(folder.resolve("network.onnx")));
        assertThat(model.getGraph().getNodeList().stream()
                        .anyMatch(node -> node.getOpType().equals("Pad")))
                .isEqualTo(pads);
    }

    @Test
    void refusesALayerThatIsCalledOnAMapAndOnAVector() {
        String calledTwice =
                layer("Dense", "dense", "'units': 3", "pool").replace("{}]]]", "{}]], [[\"input\", 0, 0, {}]]]");
        String output = layer("Multiply", "product", "", "dense", "dense").replaceFirst("\"dense\", 0", "\"dense\", 1");
        String topology = functional(
                layer("GlobalAveragePooling2D", "pool", "", "input"),
                calledTwice,
                output,
                layer("GlobalAveragePooling2D", "output", "", "product"));
        assertThatThrownBy(() -> network(topology))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage(
                        "layer dense of class Dense is called on a map and on another shape, which is not supported");
    }

    @Test
    void scoresTwoClassesOppositelyWhereNoDenseLayerMakesTheScore() {
        network(sequential(
                layer("Conv2D", "score", "'filters': 1, 'kernel_size': 2"),
                POOL,
                layer("Activation", "sigmoid", "'activation': 'sigmoid'")));
        Path onnx = folder.resolve("network.onnx");
        assertThat(TestModel.classifier(onnx, "kernel")).containsExactly(-0.5f, 0.5f);
        try (TestModel model = TestModel.open(onnx)) {
            byte[] image = GoldenInputs.formula("hash", SmallNetwork.WIDTH, SmallNetwork.HEIGHT, 3);
            float positive = (float) (1 / (1 + Math.exp(-model.run("embedding", image)[0])));
            assertThat(model.run("probabilities", image))
                    .containsExactly(new float[] {1 - positive, positive}, within(1e-6f));
        }
    }

    private SmallNetwork network(String json) {
        return new SmallNetwork(json, INCEPTION, 3, folder.resolve("network.onnx"));
    }
}
