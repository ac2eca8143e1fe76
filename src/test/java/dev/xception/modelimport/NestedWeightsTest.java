package dev.xception.modelimport;

import static dev.xception.modelimport.SmallNetwork.layer;
import static dev.xception.modelimport.SmallNetwork.sequential;
import static org.assertj.core.api.Assertions.assertThat;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * HDF5 files list the weights of a nested model in one group, those that training changes before the others. Each network here
 * gives what the same layers give without nesting.
 */
class NestedWeightsTest {

    private static final String POOL = layer("GlobalAveragePooling2D", "pool", "");
    private static final String CLASSES = layer("Dense", "classes", "'units': 3");

    @TempDir
    Path folder;

    /** As in DenseNet: a name that is the end of others, and names with one beginning. */
    @ParameterizedTest
    @ValueSource(strings = {"", "sequential/base/"})
    void findsLayersWhoseNamesHaveSlashes(String modelsAround) throws IOException {
        String[] layers = {
            layer("Conv2D", "conv1/conv", "'filters': 3, 'kernel_size': 2"),
            layer("BatchNormalization", "conv1/bn", ""),
            layer("BatchNormalization", "bn", "")
        };
        Map<String, String> flat = new LinkedHashMap<>();
        flat.put("conv1/conv", "conv1/conv/kernel conv1/conv/bias");
        flat.put("conv1/bn", "conv1/bn/gamma conv1/bn/beta conv1/bn/moving_mean conv1/bn/moving_variance");
        flat.put("bn", "bn/gamma bn/beta bn/moving_mean bn/moving_variance");
        String nested = "conv1/conv/kernel conv1/conv/bias conv1/bn/gamma conv1/bn/beta bn/gamma bn/beta"
                + " conv1/bn/moving_mean conv1/bn/moving_variance bn/moving_mean bn/moving_variance";
        assertSameNumbers(layers, flat, nested, name -> modelsAround + name);
    }

    /** The names are those that TensorFlow 1 gave to the second model of a process, so that the order has to tell. */
    @Test
    void countsLayersInTheOrderOfAPartlyFrozenModel() throws IOException {
        String[] layers = {
            layer("Conv2D", "frozen", "'filters': 3, 'kernel_size': 1, 'trainable': false"),
            layer("BatchNormalization", "statistics", "'scale': false, 'center': false"),
            layer("Conv2D", "trained", "'filters': 3, 'kernel_size': 1, 'trainable': true")
        };
        Map<String, String> flat = new LinkedHashMap<>();
        flat.put("frozen", "frozen/kernel frozen/bias");
        flat.put("statistics", "statistics/moving_mean statistics/moving_variance");
        flat.put("trained", "trained/kernel trained/bias");
        String nested = "trained/kernel trained/bias frozen/kernel frozen/bias"
                + " statistics/moving_mean statistics/moving_variance";
        assertSameNumbers(layers, flat, nested, name -> name.replace("/", "_1/"));
    }

    /**
     * Compares the layers in a nested model with the layers by themselves.
     *
     * @param flat the variables of each layer
     * @param nested the same in the order of a nested model
     * @param storedAs how the file calls a variable of the nested model
     */
    private void assertSameNumbers(
            String[] layers, Map<String, String> flat, String nested, UnaryOperator<String> storedAs)
            throws IOException {
        String base = """
                {"class_name": "Sequential", "config": {"name": "base", "layers": [%s]}}""".formatted(String.join(", ", layers));
        Path file = write("nested.h5", sequential(base, POOL, CLASSES), Map.of("base", nested), storedAs);
        String[] unnested = Arrays.copyOf(layers, layers.length + 2);
        unnested[layers.length] = POOL;
        unnested[layers.length + 1] = CLASSES;
        Path expected = write("flat.h5", sequential(unnested), flat, UnaryOperator.identity());
        assertThat(scores(file)).containsExactly(scores(expected));
    }

    private Path write(String name, String topology, Map<String, String> groups, UnaryOperator<String> storedAs) {
        Map<String, String> all = new LinkedHashMap<>(groups);
        all.put("classes", "classes/kernel classes/bias");
        Path file = folder.resolve(name);
        try (WritableHdfFile hdf5 = HdfFile.write(file)) {
            hdf5.putAttribute("model_config", topology);
            hdf5.putAttribute("keras_version", "2.4.0");
            WritableGroup root = hdf5.putGroup("model_weights");
            root.putAttribute("layer_names", all.keySet().toArray(String[]::new));
            all.forEach((layer, spaced) -> {
                List<String> variables = List.of(spaced.split(" ", -1));
                UnaryOperator<String> stored = layer.equals("classes") ? UnaryOperator.identity() : storedAs;
                WritableGroup group = KerasFixture.group(root, layer);
                group.putAttribute(
                        "weight_names", variables.stream().map(stored).toArray(String[]::new));
                variables.forEach(variable -> KerasFixture.put(group, stored.apply(variable), values(variable)));
            });
        }
        return file;
    }

    /** The same for a variable of the same name; a variance is positive. */
    private static Object values(String variable) {
        Random random = new Random(variable.hashCode());
        int size = variable.startsWith("conv1") ? 2 : 1;
        if (variable.equals("classes/kernel")) {
            return matrix(random);
        }
        if (!variable.endsWith("kernel")) {
            float[] vector = new float[3];
            for (int i = 0; i < 3; i++) {
                vector[i] = random.nextFloat();
            }
            return vector;
        }
        float[][][][] kernel = new float[size][size][][];
        for (float[][][] row : kernel) {
            Arrays.setAll(row, _ -> matrix(random));
        }
        return kernel;
    }

    private static float[][] matrix(Random random) {
        float[][] matrix = new float[3][3];
        for (float[] row : matrix) {
            for (int i = 0; i < 3; i++) {
                row[i] = random.nextFloat() - 0.5f;
            }
        }
        return matrix;
    }

    private float[] scores(Path file) throws IOException {
        Path onnx = folder.resolve("model.onnx");
        KerasImporter.importModel(file, ImportOptions.named("nested").withActivation(HeadActivation.NONE), onnx);
        try (TestModel model = TestModel.open(onnx)) {
            return model.run("probabilities", GoldenInputs.formula("hash", SmallNetwork.WIDTH, SmallNetwork.HEIGHT, 3));
        }
    }
}
