package dev.xception.modelimport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Imported models against float64 reference outputs of the same weights. */
class GoldenOutputsTest {

    private static final int INPUTS = 12;
    private static final int GOLDEN_RETRIEVER = 8;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "xception_hybrid_weights.h5, xception_hybrid, 299rgb",
        "mobilenet_v1_0.75_224.h5, mobilenet_v1_0.75_224, 224rgb",
        "mobilenet_v1_0.75_224_weights.h5, mobilenet_v1_0.75_224, 224rgb",
        "fer2013_mini_XCEPTION.102-0.66.hdf5, fer2013_mini_XCEPTION.102-0.66, 64gray",
        "fer2013_big_XCEPTION.54-0.66.hdf5, fer2013_big_XCEPTION.54-0.66, 64gray"
    })
    void givesTheReferenceOutputs(String file, String golden, String inputs) throws IOException {
        Path onnx = folder.resolve("model.onnx");
        ImportReport report = KerasImporter.importModel(TestData.require(file), ImportOptions.named("golden"), onnx);
        assertThat(report.normalization()).isEqualTo(Normalization.INCEPTION);

        try (TestModel model = TestModel.open(onnx)) {
            float[] softmax = floats("golden/" + golden + "/softmax_ref64.bin");
            float[][] features = new float[INPUTS][];
            boolean hasFeatures = Files.exists(TestData.require("golden").resolve(golden + "/features_ref64.bin"));
            for (int i = 0; i < INPUTS; i++) {
                byte[] image = GoldenInputs.image(inputs, i);
                float[] expected = row(softmax, i);
                assertThat(largestDifference(model.run("probabilities", image), expected))
                        .as("probabilities of input %d", i)
                        .isLessThan(5e-5);
                features[i] = model.run("embedding", image);
            }
            if (hasFeatures) {
                float[] expected = floats("golden/" + golden + "/features_ref64.bin");
                for (int i = 0; i < INPUTS; i++) {
                    assertThat(largestDifference(features[i], row(expected, i)))
                            .as("embedding of input %d", i)
                            .isLessThan(1e-4 * largest(expected));
                }
            }
        }
    }

    @Test
    void givesTheReferenceValuesInsideXception() throws IOException {
        Path onnx = folder.resolve("model.onnx");
        KerasImporter.importModel(TestData.require("xception_hybrid_weights.h5"), ImportOptions.named("golden"), onnx);
        Path open = TestModel.withOutputs(
                onnx, folder.resolve("open.onnx"), "block1_conv2_act", "block4_add", "block13_add");
        byte[] image = GoldenInputs.image("299rgb", GOLDEN_RETRIEVER);
        try (TestModel model = TestModel.open(open)) {
            assertMapEquals(model.run("block1_conv2_act", image), "block1_conv2_act", 147, 64);
            assertMapEquals(model.run("block4_add", image), "block4_add", 19, 728);
            assertMapEquals(model.run("block13_add", image), "block13_add", 10, 1024);

            float[] map = model.run("features", image);
            float[] mean = new float[2048];
            for (int i = 0; i < map.length; i++) {
                mean[i % 2048] += map[i] / 100;
            }
            float[] expected =
                    floats("golden/xception_hybrid/block14_sepconv2_act_mean.n02099601_golden_retriever.bin");
            assertThat(map).hasSize(10 * 10 * 2048);
            assertThat(largestDifference(mean, expected)).isLessThan(1e-4 * largest(expected));
        }
    }

    @Test
    void staysNearTheReferenceInHalfPrecision() throws IOException {
        Path onnx = folder.resolve("half.onnx");
        ImportOptions half = ImportOptions.named("golden").withPrecision(Precision.FP16);
        KerasImporter.importModel(TestData.require("mobilenet_v1_0.75_224.h5"), half, onnx);
        assertThat(onnx).satisfies(file -> assertThat(file.toFile().length()).isLessThan(5_400_000));
        float[] softmax = floats("golden/mobilenet_v1_0.75_224/softmax_ref64.bin");
        try (TestModel model = TestModel.open(onnx)) {
            for (int i = 0; i < INPUTS; i++) {
                float[] actual = model.run("probabilities", GoldenInputs.image("224rgb", i));
                assertThat(largestDifference(actual, row(softmax, i)))
                        .as("probabilities of input %d", i)
                        .isLessThan(0.02);
            }
        }
    }

    private static void assertMapEquals(float[] nchw, String name, int size, int channels) throws IOException {
        float[] expected = floats("golden/xception_hybrid/" + name + ".n02099601_golden_retriever.bin");
        float[] nhwc = new float[nchw.length];
        for (int i = 0; i < nhwc.length; i++) {
            nhwc[i] = nchw[i % channels * size * size + i / channels];
        }
        assertThat(largestDifference(nhwc, expected)).as(name).isLessThan(1e-4 * largest(expected));
    }

    private static float[] floats(String file) throws IOException {
        byte[] bytes = Files.readAllBytes(TestData.require(file));
        float[] floats = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
        return floats;
    }

    private static float[] row(float[] table, int row) {
        int width = table.length / INPUTS;
        return Arrays.copyOfRange(table, row * width, (row + 1) * width);
    }

    static double largestDifference(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs((double) actual[i] - expected[i]);
            // Not Math.max: a NaN must count.
            largest = difference <= largest ? largest : difference;
        }
        return largest;
    }

    private static double largest(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
