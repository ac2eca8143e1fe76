package dev.xception.modelimport.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.xception.modelimport.InvalidModelException;
import dev.xception.modelimport.onnx.OnnxFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantiserTest {

    private static final QuantisationOptions OPTIONS =
            QuantisationOptions.DEFAULT.withMinAgreement(0.5).withFloatLayers(FloatLayers.NONE);

    private final List<ByteBuffer> pictures = SmallNetwork.pictures(24);

    @TempDir
    Path folder;

    private Path floatModel;
    private Path int8Model;

    @BeforeEach
    void writeModel() throws IOException {
        floatModel = folder.resolve("small.onnx");
        int8Model = folder.resolve("small.int8.onnx");
        OnnxFile.write(SmallNetwork.model(), floatModel);
    }

    private QuantisationReport quantise(QuantisationOptions options) throws IOException {
        return Quantiser.quantise(
                floatModel, pictures.subList(0, 8), pictures.subList(8, 24), options, (_, _, _) -> {}, int8Model);
    }

    private ModelProto written() throws IOException {
        return ModelProto.parseFrom(Files.readAllBytes(int8Model));
    }

    @Test
    void everyLayerRunsInIntegerKernels() throws IOException {
        QuantisationReport report = quantise(OPTIONS);
        assertThat(report.operators())
                .containsEntry("QLinearConv", 5)
                .containsEntry("MatMulIntegerToFloat", 1)
                .containsEntry("QGemm", 1)
                .doesNotContainKeys("Conv", "FusedConv", "Gemm", "MatMul", "Relu", "Mul");
        assertThat(report.unchosenFloatLayers()).isZero();
        // From floats to bytes: the two sums, one of them bound at zero, and the embedding.
        assertThat(report.operators()).containsEntry("QuantizeLinear", 3);
    }

    @Test
    void sumsStayFloat() throws IOException {
        QuantisationReport report = quantise(OPTIONS);
        assertThat(report.operators()).containsEntry("Add", 2).doesNotContainKey("QLinearAdd");
        // The layout of pixels for the matrix product is that of ONNX Runtime's convolutions on bytes.
        assertThat(report.operators().getOrDefault("Transpose", 0)).isLessThanOrEqualTo(4);
    }

    @Test
    void oneChannelCanBeAddedToAllOthers() throws IOException {
        OnnxFile.write(SmallNetwork.modelWithShortcutOfOneChannel(), floatModel);
        QuantisationReport report = quantise(OPTIONS);
        assertThat(report.operators()).containsEntry("Add", 2);
        assertThat(report.agreement().top1()).isGreaterThanOrEqualTo(0.8);
    }

    @Test
    void aModelWhoseChannelsAreFilledUpIsWrittenToo() throws IOException {
        OnnxFile.write(SeparableNetwork.classifier(), floatModel);
        quantise(OPTIONS);
        assertThat(written().getGraph().getInitializerList())
                .extracting(TensorProto::getDimsList)
                .contains(List.of(16L, 1L, 3L, 3L));
    }

    @Test
    void writesNothingForAModelThatWasReplacedMeanwhile() throws IOException {
        Iterable<ByteBuffer> replacing = () -> {
            try {
                OnnxFile.write(SmallNetwork.modelWithShortcutOfOneChannel(), floatModel);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return pictures.subList(8, 24).iterator();
        };
        assertThatThrownBy(() -> Quantiser.quantise(
                        floatModel, pictures.subList(0, 8), replacing, OPTIONS, (_, _, _) -> {}, int8Model))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage(floatModel + " was replaced meanwhile; nothing was written");
        assertThat(int8Model).doesNotExist();
    }

    @Test
    void agreesWithTheFloatModel() throws IOException {
        QuantisationReport report = quantise(OPTIONS.withMeasureLayers(true));
        assertThat(report.calibrationPictures()).isEqualTo(8);
        assertThat(report.agreement().pictures()).isEqualTo(16);
        assertThat(report.agreement().top1()).isGreaterThanOrEqualTo(0.8);
        assertThat(report.agreement().meanAbsoluteDifference()).isBetween(1e-9, 0.02);
        assertThat(report.layers())
                .extracting(LayerNoise::layer)
                .containsExactly(
                        "first_act",
                        "depthwise",
                        "pool",
                        "shortcut",
                        "sum",
                        "branch",
                        "second_sum",
                        "last_act",
                        "scores");
        assertThat(report.layers())
                .allSatisfy(
                        layer -> assertThat(layer.decibels()).as(layer.layer()).isBetween(23.0, 60.0));
    }

    @Test
    void whatIsDoneToTheModelBeforehandCountsAsDisagreement() throws IOException {
        QuantisationReport report = Quantiser.quantise(
                floatModel,
                QuantiserTest::withLastClassFirst,
                pictures.subList(0, 8),
                pictures.subList(8, 24),
                OPTIONS.withMinAgreement(0),
                (_, _, _) -> {},
                int8Model);
        assertThat(report.agreement().top1()).isLessThan(0.5);
    }

    /** The scores' biases shifted so that one class always wins. */
    private static ModelProto withLastClassFirst(ModelProto model) {
        ModelProto.Builder changed = model.toBuilder();
        changed.getGraphBuilder().getInitializerBuilderList().stream()
                .filter(constant -> constant.getName().equals("scores/bias"))
                .forEach(bias -> bias.setFloatData(4, 1e4f));
        return changed.build();
    }

    @Test
    void theFirstLayersErrorIsThatOfRoundingAlone() throws IOException {
        LayerNoise first = quantise(OPTIONS.withMeasureLayers(true)).layers().getFirst();
        // Normalization is exact on bytes, its half step included, but for the border.
        assertThat(first.decibels()).isGreaterThan(40);
    }

    @Test
    void writesTheStructureThatRuntimesFuse() throws IOException {
        quantise(OPTIONS);
        ModelProto model = written();
        Map<String, NodeProto> nodes = model.getGraph().getNodeList().stream()
                .collect(java.util.stream.Collectors.toMap(node -> node.getOutput(0), node -> node));
        NodeProto convolution = nodes.get("depthwise/product");
        assertThat(convolution.getOpType()).isEqualTo("Conv");
        assertThat(convolution.getInputList())
                .allSatisfy(input -> assertThat(nodes.get(input).getOpType()).isEqualTo("DequantizeLinear"));
        assertThat(nodes.get("depthwise/quantized").getOpType()).isEqualTo("QuantizeLinear");
        assertThat(nodes.get("pool/quantized").getInput(0)).isEqualTo("pool/unpooled/quantized");
        Map<String, TensorProto> constants = model.getGraph().getInitializerList().stream()
                .collect(java.util.stream.Collectors.toMap(TensorProto::getName, tensor -> tensor));
        assertThat(type(constants, "depthwise/kernel/dequantized/quantized")).isEqualTo(TensorProto.DataType.INT8);
        assertThat(constants.get("depthwise/kernel/dequantized/scale").getDimsList())
                .containsExactly(8L);
        assertThat(type(constants, "depthwise/bias/dequantized/quantized")).isEqualTo(TensorProto.DataType.INT32);
        assertThat(type(constants, "depthwise/quantized/zero_point")).isEqualTo(TensorProto.DataType.UINT8);
        assertThat(constants).doesNotContainKeys("depthwise/kernel", "factor");
        assertThat(constants).as("for class activation maps").containsKey("scores/kernel");
    }

    private static TensorProto.DataType type(Map<String, TensorProto> constants, String name) {
        return TensorProto.DataType.forNumber(constants.get(name).getDataType());
    }

    @Test
    void keepsTheOutputsOfTheServedGraph() throws IOException {
        quantise(OPTIONS);
        assertThat(written().getGraph().getOutputList())
                .isEqualTo(SmallNetwork.model().getGraph().getOutputList());
        assertThat(written().getGraph().getInputList())
                .isEqualTo(SmallNetwork.model().getGraph().getInputList());
    }

    @Test
    void saysInTheFileHowItWasMade() throws IOException {
        quantise(OPTIONS.withMethod(CalibrationMethod.ENTROPY).withWeightBits(7));
        assertThat(OnnxFile.metadata(int8Model))
                .containsEntry("xception.name", "small")
                .containsEntry("xception.precision", "int8")
                .containsEntry("xception.int8.method", "entropy")
                .containsEntry("xception.int8.calibration-pictures", "8")
                .containsEntry("xception.int8.weight-bits", "7");
    }

    @Test
    void layersThatStayFloatAreRunAsFloat() throws IOException {
        OnnxFile.write(SmallNetwork.modelWithSensitiveLayer(), floatModel);
        QuantisationReport report = quantise(OPTIONS.withFloatLayers(new FloatLayers.Worst(1)));
        assertThat(report.floatLayers()).containsExactly("shortcut");
        assertThat(report.operators()).containsEntry("QLinearConv", 5).containsEntry("Conv", 1);
        assertThat(report.unchosenFloatLayers()).isZero();
        assertThat(OnnxFile.metadata(int8Model)).containsEntry("xception.int8.float-layers", "shortcut");
    }

    @Test
    void aDepthwiseConvolutionStaysFloatWithItsReader() throws IOException {
        FloatLayers pooled = new FloatLayers.Named(List.of("pool"));
        QuantisationReport report = quantise(OPTIONS.withFloatLayers(pooled));
        assertThat(report.floatLayers()).containsExactly("pool", "depthwise");
        assertThat(OnnxFile.metadata(int8Model)).containsEntry("xception.int8.float-layers", "pool depthwise");
        FloatLayers depthwise = new FloatLayers.Named(List.of("depthwise"));
        assertThat(quantise(OPTIONS.withFloatLayers(depthwise)).floatLayers()).containsExactly("depthwise");
    }

    @Test
    void namesTheLayersWhereOneIsUnknown() {
        FloatLayers unknown = new FloatLayers.Named(List.of("pool", "nonesuch"));
        assertThatThrownBy(() -> quantise(OPTIONS.withFloatLayers(unknown)))
                .hasMessageMatching("there is no layer nonesuch; there are .*depthwise pool.*");
        assertThat(int8Model).doesNotExist();
    }

    private static int integerOperators(QuantisationReport report) {
        return Stream.of("QLinearConv", "MatMulIntegerToFloat", "QGemm")
                .mapToInt(operator -> report.operators().getOrDefault(operator, 0))
                .sum();
    }

    @Test
    void allLayersFloatIsTheFloatModel() throws IOException {
        QuantisationReport report = quantise(OPTIONS.withFloatLayers(new FloatLayers.Worst(1000)));
        assertThat(integerOperators(report)).isZero();
        assertThat(report.unchosenFloatLayers()).isZero();
        assertThat(report.agreement().meanAbsoluteDifference()).isLessThan(1e-3);
    }

    @Test
    void keepsTheModelThatIsThereWhenTheNewOneAgreesTooLittle() throws IOException {
        OnnxFile.write(SmallNetwork.modelWithSensitiveLayer(), floatModel);
        Files.writeString(int8Model, "the model that was there");
        assertThatThrownBy(() -> quantise(OPTIONS.withMinAgreement(1)))
                .isInstanceOf(InsufficientAgreementException.class)
                .hasMessageMatching(
                        "the int8 model puts only \\d+ of 16 pictures \\(.* %\\) into the float model's class,"
                                + " at least 100.0 % are wanted; nothing was written");
        assertThat(int8Model).hasContent("the model that was there");
        assertThat(filesInFolder()).containsExactlyInAnyOrder(floatModel, int8Model);
    }

    private List<Path> filesInFolder() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void keepsLayersFloatUntilTheModelAgreesEnough() throws IOException {
        OnnxFile.write(SmallNetwork.modelWithSensitiveLayer(), floatModel);
        QuantisationReport ruined = quantise(OPTIONS.withMinAgreement(0));
        assertThat(ruined.agreement().top1()).isLessThan(0.95);
        QuantisationReport saved = quantise(OPTIONS.withMinAgreement(0.95).withFloatLayers(new FloatLayers.AsNeeded()));
        assertThat(saved.floatLayers()).containsExactly("shortcut");
        assertThat(saved.agreement().top1()).isGreaterThanOrEqualTo(0.95);
    }

    @Test
    void keepsNoLayerFloatWithoutNeed() throws IOException {
        assertThat(quantise(OPTIONS.withFloatLayers(new FloatLayers.AsNeeded())).floatLayers())
                .isEmpty();
    }

    @Test
    void leavesNothingWhenAPictureCannotBeHad() throws IOException {
        Iterable<ByteBuffer> broken = () -> {
            throw new IllegalStateException("no picture");
        };
        assertThatThrownBy(() -> Quantiser.quantise(floatModel, broken, pictures, OPTIONS, (_, _, _) -> {}, int8Model))
                .hasMessage("no picture");
        assertThat(filesInFolder()).containsExactly(floatModel);
    }

    @Test
    void refusesAModelThatIsNotFloat() throws IOException {
        quantise(OPTIONS);
        assertThatThrownBy(() -> Quantiser.quantise(
                        int8Model, pictures, pictures, OPTIONS, (_, _, _) -> {}, folder.resolve("twice.onnx")))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage("small.int8.onnx has the precision int8, but only fp32 can be quantised");
        assertThat(folder.resolve("twice.onnx")).doesNotExist();
    }

    @Test
    void refusesOptionsThatMakeNoSense() {
        assertThatThrownBy(() -> OPTIONS.withMinAgreement(1.1)).hasMessageContaining("1.1");
        assertThatThrownBy(() -> new FloatLayers.Worst(-1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> OPTIONS.withWeightBits(4)).hasMessageContaining("4");
    }
}
