package dev.xception.modelimport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that cannot be served get one line that says why, and leave everything as it was. */
class RefusedFilesTest {

    private static final String UNTOUCHED = "an earlier import";

    @TempDir
    Path folder;

    private Path onnx;

    @BeforeEach
    void layAnEarlierImport() throws IOException {
        onnx = Files.writeString(Files.createDirectory(folder.resolve("models")).resolve("model.onnx"), UNTOUCHED);
    }

    @AfterEach
    void theEarlierImportIsUntouched() throws IOException {
        assertThat(onnx).hasContent(UNTOUCHED);
        try (Stream<Path> files = Files.list(onnx.getParent())) {
            assertThat(files).containsExactly(onnx);
        }
    }

    @Test
    void refusesWhatIsNoModelFile() throws IOException {
        assertRefused(Files.writeString(folder.resolve("a.h5"), "no model"), "a.h5 is not an HDF5 file");
        assertRefused(Files.createFile(folder.resolve("b.h5")), "b.h5 is not an HDF5 file");
    }

    @Test
    void refusesATruncatedHdf5File() throws IOException {
        byte[] whole = Files.readAllBytes(wholeModel(KerasFixture.TOPOLOGY));
        Path cut = folder.resolve("cut.h5");
        for (int length : new int[] {8, 20, 100, whole.length / 2, whole.length - 1}) {
            Files.write(cut, Arrays.copyOf(whole, length));
            assertRefused(cut, "cut.h5 is truncated: it has " + length);
        }
    }

    /** Whatever byte is wrong: either the model is still whole, or one line says that it is not. */
    @Test
    void survivesDamageAnywhere() throws IOException {
        byte[] whole = Files.readAllBytes(wholeModel(KerasFixture.TOPOLOGY));
        Path damaged = folder.resolve("damaged.h5");
        Path target = folder.resolve("damaged.onnx");
        for (int at = 0; at < whole.length; at += 7) {
            byte[] bytes = whole.clone();
            bytes[at] ^= (byte) 0xff;
            Files.write(damaged, bytes);
            try {
                KerasImporter.importModel(damaged, ImportOptions.named("damaged"), target);
            } catch (InvalidModelException e) {
                assertThat(e.getMessage()).as("damage at %d", at).isNotBlank().doesNotContain("\n");
            }
        }
    }

    @Test
    void refusesAFileWithoutAWeight() {
        Path file = new KerasFixture().without("conv/bias").wholeModel(folder.resolve("a.h5"), KerasFixture.TOPOLOGY);
        assertRefused(file, "a.h5 lacks the bias of layer conv");
    }

    @Test
    void refusesAWeightOfTheWrongShape() {
        Path file = new KerasFixture()
                .with("classes/kernel", new float[4][2])
                .wholeModel(folder.resolve("a.h5"), KerasFixture.TOPOLOGY);
        assertRefused(file, "the kernel of layer classes in a.h5 has the shape (4, 2) instead of (4, 3)");
    }

    @Test
    void comparesTheShapeOfAWeightBeforeItReadsTheValues() {
        Path file = new KerasFixture()
                .with("classes/kernel", new String[] {"not", "even", "numbers"})
                .wholeModel(folder.resolve("a.h5"), KerasFixture.TOPOLOGY);
        assertRefused(file, "the kernel of layer classes in a.h5 has the shape (3) instead of (4, 3)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NaN | 0 | 1 | layer rescaling of class Rescaling: its factor is NaN",
                "1 | -Infinity | 1 | layer rescaling of class Rescaling: its offset is -Infinity",
                "1e200 | 0 | 1e200 | layer again: its factor is Infinity",
                "1e40 | 0 | 1 | the weight Infinity in "
            })
    void refusesScalesThatAreNotFinite(String scale, String offset, String again, String message) {
        String layers = "{\"class_name\": \"Rescaling\", \"config\": {\"name\": \"rescaling\", \"scale\": " + scale
                + ", \"offset\": " + offset + ", \"batch_input_shape\": [16, 8, 8, 3]}},"
                + " {\"class_name\": \"Rescaling\", \"config\": {\"name\": \"again\", \"scale\": " + again
                + "}}, {\"class_name\": \"ReLU\", \"config\": {\"name\": \"relu\"}},";
        assertRefused(wholeModel(KerasFixture.TOPOLOGY.replace("\"layers\": [", "\"layers\": [" + layers)), message);
    }

    @Test
    void refusesABatchNormWhoseVarianceIsNegative() {
        Path file = new KerasFixture()
                .with("bn/moving_variance", new float[] {1, 1, -1, 1})
                .wholeModel(folder.resolve("a.h5"), KerasFixture.TOPOLOGY);
        assertRefused(file, "layer bn of class BatchNormalization: its factor is NaN");
    }

    @Test
    void refusesAnArchiveWhoseWeightsDoNotMatchTheirChecksum() throws IOException {
        Path packed = new KerasFixture().archive(folder.resolve("packed.keras"), KerasFixture.TOPOLOGY, "layers", "/");
        Path file = KerasFixture.stored(packed, folder.resolve("a.keras"));
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        // The bias (1, 2, 3, 4) of the convolution.
        int bias = text.indexOf("\0\0\u0080?\0\0\0@\0\0@@\0\0\u0080@");
        assertThat(bias).isPositive();
        bytes[bias] = 1;
        Files.write(file, bytes);
        assertRefused(file, "a.keras is damaged: checksum of model.weights.h5");

        bytes[bias] = 0;
        bytes[text.indexOf("\"filters\": 4")] = ' ';
        Files.write(file, bytes);
        assertRefused(file, "a.keras is damaged: checksum of config.json");
    }

    /** Layers of MobileNet's names, but the first kernel has two axes. */
    @Test
    void refusesWeightsThatOnlyLookLikeMobileNets() {
        Path file = folder.resolve("a.h5");
        try (WritableHdfFile hdf5 = HdfFile.write(file)) {
            String[] layers = {"conv1", "conv_pw_13", "conv_preds"};
            hdf5.putAttribute("layer_names", layers);
            for (String layer : layers) {
                WritableGroup group = hdf5.putGroup(layer);
                group.putAttribute("weight_names", new String[] {"kernel:0", "bias:0"});
                group.putDataset("kernel:0", new float[3][8]);
                group.putDataset("bias:0", new float[8]);
            }
        }
        assertRefused(
                file, "a.h5 holds only weights of a network that is not known here: give its topology as a JSON file");
    }

    @Test
    void refusesWeightsThatAreNoNumbers() {
        Path file = new KerasFixture()
                .with("bn/beta", new float[] {0, Float.NaN, 0, 0})
                .wholeModel(folder.resolve("a.h5"), KerasFixture.TOPOLOGY);
        assertRefused(file, "the beta of layer bn in a.h5 holds NaN");
    }

    @Test
    void refusesWeightsTooLargeForHalfPrecision() {
        Path file = new KerasFixture()
                .with("classes/bias", new float[] {0, 70000, 0})
                .wholeModel(folder.resolve("a.h5"), KerasFixture.TOPOLOGY);
        assertThatThrownBy(() -> KerasImporter.importModel(
                        file, ImportOptions.named("half").withPrecision(Precision.FP16), onnx))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage("the weight 70000.0 in classes/dense/bias is too large for fp16");
    }

    @Test
    void refusesAnArchiveThatUnpacksToTooMuch() throws IOException {
        Path file = folder.resolve("a.keras");
        KerasFixture.zip(file, Map.of("config.json", new byte[(64 << 20) + 1]));
        assertThat(Files.size(file)).isLessThan(1 << 20);
        assertRefused(file, "config.json in a.keras unpacks to more than can be served");
    }

    /** Models that call each other ten times each would make a billion layers of a few lines. */
    @Test
    void refusesNestedModelsThatGrowWithoutEnd() {
        String inner = "";
        for (int level = 0; level < 9; level++) {
            String input = "{'class_name': 'InputLayer', 'name': 'in', 'config': {'name': 'in'}, 'inbound_nodes': []}";
            StringBuilder calls = new StringBuilder("[['in', 0, 0, {}]]");
            for (int call = 0; call < 9; call++) {
                calls.append(", [['m', %d, 0, {}]]".formatted(call));
            }
            String body = inner.isEmpty() ? "" : ", " + inner;
            String last = inner.isEmpty() ? "in" : "m";
            inner =
                    ("{'class_name': 'Model', 'name': 'm', 'inbound_nodes': [%s], 'config': {'name': 'm', 'layers': [%s%s],"
                                    + " 'input_layers': [['in', 0, 0]], 'output_layers': [['%s', %d, 0]]}}")
                            .formatted(calls, input, body, last, inner.isEmpty() ? 0 : 9);
        }
        String topology = inner.replace('\'', '"')
                .replaceFirst("\\{\"name\": \"in\"", "{\"name\": \"in\", \"batch_shape\": [null, 8, 8, 3]");
        assertRefused(wholeModel(topology), "the model calls more than 20000 layers");
    }

    @Test
    void refusesWeightsThatTheTopologyHasNoPlaceFor() {
        assertRefused(
                wholeModel(KerasFixture.TOPOLOGY.replace("\"use_bias\": true", "\"use_bias\": false")),
                "model.h5 has weights that layer conv does not take: model_weights/conv/conv/bias:0");
    }

    @Test
    void refusesWeightsOfAnUnknownNetwork() {
        assertRefused(
                new KerasFixture().keras1Weights(folder.resolve("a.h5")),
                "a.h5 holds only weights of a network that is not known here: give its topology as a JSON file");
    }

    @Test
    void refusesWeightsOfKeras3WithoutTheirTopology() {
        assertRefused(
                new KerasFixture().keras3Weights(folder.resolve("a.weights.h5"), "layers", "/"),
                "a.weights.h5 holds only weights of a network that is not known here: give its topology as a JSON file");
    }

    @Test
    void refusesAnHdf5FileThatHoldsNoLayers() {
        Path file = folder.resolve("a.h5");
        try (WritableHdfFile hdf5 = HdfFile.write(file)) {
            hdf5.putDataset("table", new float[3]);
        }
        assertRefused(file, "a.h5 is not a Keras model file: it lists no layers with weights");
    }

    @Test
    void refusesASoftmaxOverASingleUnit() {
        Path file = new KerasFixture()
                .with("classes/kernel", new float[][] {{1}, {2}, {3}, {4}})
                .with("classes/bias", new float[1])
                .wholeModel(folder.resolve("a.h5"), KerasFixture.TOPOLOGY.replace("\"units\": 3", "\"units\": 1"));
        assertRefused(
                file,
                "the model is no image classifier: its output, layer classes, is a softmax over one value, which is 1 for"
                        + " every picture");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Lambda | layer bn is of class Lambda, which is not supported",
                "LSTM | layer bn is of class LSTM, which is not supported",
                "Custom>Mine | layer bn is of class Custom>Mine, which is not supported"
            })
    void refusesALayerByNameAndClass(String className, String message) {
        assertRefused(wholeModel(KerasFixture.TOPOLOGY.replace("BatchNormalization", className)), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"axis\": -1 | \"axis\": 1 | layer bn has axis 1, which is not supported",
                "\"linear\" | \"maxout\" | layer conv has the activation maxout, which is not supported",
                "\"linear\" | \"Text>gelu\" | layer conv has the activation Text>gelu, which is not supported",
                "\"epsilon\" | \"mode\": 2, \"epsilon\" | layer bn has mode 2, which is not supported",
                "\"linear\" | \"linear\", \"data_format\": \"channels_first\""
                        + " | layer conv has data_format \"channels_first\", which is not supported",
                "[2, 2] | [2, 2, 2] | layer conv has kernel_size [2,2,2], which is not supported",
                "[16, 8, 8, 3] | [16, 1, 8, 3] | layer conv of class Conv2D: the shape (0, 7, 4) cannot be served",
                "[16, 8, 8, 3] | [16, 8, 8, 5] | the model is no image classifier: its input small_input has the shape [16,8,8,5]",
                "[16, 8, 8, 3] | [16, 64] | the model is no image classifier: its input small_input has the shape [16,64]",
                "[16, 8, 8, 3] | [16, null, null, 3] | the input small_input has no fixed size: give the input size",
                "[16, 8, 8, 3] | [16, 99999, 99999, 3] | the input small_input: the shape (99999, 99999, 3) cannot be served"
            })
    void refusesSettingsThatItCannotServe(String setting, String changed, String message) {
        assertRefused(wholeModel(KerasFixture.TOPOLOGY.replace(setting, changed)), message);
    }

    @Test
    void refusesAModelWhoseOutputIsAMap() {
        String segmentation =
                KerasFixture.TOPOLOGY.replaceAll(",\\s*\\{\"class_name\": \"Global(?s).*\\}\\}\\]\\}\\}", "]}}");
        Path file = new KerasFixture()
                .without("classes/kernel")
                .without("classes/bias")
                .wholeModel(folder.resolve("a.h5"), segmentation);
        assertRefused(file, "the model is no image classifier: its output, layer bn, has the shape (7, 7, 4)");
    }

    @Test
    void refusesAnArchiveThatIsNone() throws IOException {
        Path file = folder.resolve("a.keras");
        KerasFixture.zip(file, Map.of("readme.txt", new byte[3]));
        assertRefused(file, "a.keras is no .keras archive: it lacks config.json");
        KerasFixture.zip(file, Map.of("config.json", "{".getBytes(StandardCharsets.UTF_8)));
        assertRefused(file, "a.keras is no .keras archive: it lacks model.weights.h5");
    }

    @Test
    void refusesATruncatedArchive() throws IOException {
        Path file = new KerasFixture().archive(folder.resolve("a.keras"), KerasFixture.TOPOLOGY, "layers", "/");
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {4, 100, whole.length / 2, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertRefused(file, "a.keras is damaged or truncated: it is not a readable .keras archive");
        }
    }

    @Test
    void refusesKernelsOfTheano() {
        Path file = new KerasFixture().savedOn("theano").wholeModel(folder.resolve("a.h5"), KerasFixture.TOPOLOGY);
        assertRefused(
                file, "a.h5 was saved on Theano, which turns kernels around: load it on TensorFlow and save it again");
    }

    @Test
    void refusesATopologyThatIsNoJson() {
        Path file = new KerasFixture().archive(folder.resolve("a.keras"), "{\"class_name\": ", "layers", "/");
        assertRefused(file, "the topology in a.keras is not valid JSON");
    }

    @Test
    void refusesANormalizationForOtherChannels() {
        Path file = new KerasFixture()
                .with("conv/kernel", new float[2][2][1][4])
                .wholeModel(folder.resolve("a.h5"), KerasFixture.TOPOLOGY.replace("8, 8, 3", "8, 8, 1"));
        assertThatThrownBy(() -> KerasImporter.importModel(
                        file, ImportOptions.named("grey").withNormalization(Normalization.IMAGENET), onnx))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage("the normalization imagenet is for 3 channels, not for the shape (8, 8, 1)");
    }

    private Path wholeModel(String topology) {
        return new KerasFixture().wholeModel(folder.resolve("model.h5"), topology);
    }

    private void assertRefused(Path file, String message) {
        assertThatThrownBy(() -> KerasImporter.importModel(file, ImportOptions.named("refused"), onnx))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageStartingWith(message)
                .extracting(Throwable::getMessage)
                .asString()
                .doesNotContain("\n");
    }
}
