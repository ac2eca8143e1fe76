package dev.xception.modelimport;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.Node;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * A small classifier as Keras files of several layouts: a convolution of 2x2 to 4 filters, a batch norm, pooling, and a dense
 * layer with 3 classes, for pictures of 8x8.
 */
public final class KerasFixture {

    public static final String TOPOLOGY = """
            {"class_name": "Sequential", "config": {"name": "small", "layers": [
              {"class_name": "Conv2D", "config": {"name": "conv", "filters": 4, "kernel_size": [2, 2],
               "batch_input_shape": [16, 8, 8, 3], "activation": "linear", "use_bias": true}},
              {"class_name": "BatchNormalization", "config": {"name": "bn", "axis": -1, "epsilon": 0.001}},
              {"class_name": "GlobalAveragePooling2D", "config": {"name": "pool"}},
              {"class_name": "Dense", "config": {"name": "classes", "units": 3, "activation": "softmax"}}]}}""";

    private final Map<String, Object> datasets = new LinkedHashMap<>();
    private String backend = "tensorflow";

    public KerasFixture() {
        datasets.put("conv/kernel", new float[2][2][3][4]);
        datasets.put("conv/bias", new float[] {1, 2, 3, 4});
        datasets.put("bn/gamma", new float[] {1, 1, 1, 1});
        datasets.put("bn/beta", new float[4]);
        datasets.put("bn/moving_mean", new float[4]);
        datasets.put("bn/moving_variance", new float[] {0.999f, 0.999f, 0.999f, 0.999f});
        datasets.put("classes/kernel", new float[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 0, 0}});
        datasets.put("classes/bias", new float[3]);
    }

    /** Whose classes are red, green and blue. */
    public static KerasFixture ofColours() {
        float[][][][] kernel = new float[2][2][3][4];
        for (float[][][] row : kernel) {
            for (float[][] pixel : row) {
                for (int colour = 0; colour < 3; colour++) {
                    pixel[colour][colour] = 1;
                }
            }
        }
        return new KerasFixture().with("conv/kernel", kernel);
    }

    /** What the classifier gives for any picture: the softmax of (1, 2, 3). */
    static final float[] PROBABILITIES = {0.09003057f, 0.24472848f, 0.66524094f};

    KerasFixture without(String dataset) {
        datasets.remove(dataset);
        return this;
    }

    KerasFixture with(String dataset, Object values) {
        datasets.put(dataset, values);
        return this;
    }

    KerasFixture savedOn(String otherBackend) {
        backend = otherBackend;
        return this;
    }

    /** A whole-model HDF5 file of Keras 2. */
    public Path wholeModel(Path file, String topology) {
        try (WritableHdfFile hdf5 = HdfFile.write(file)) {
            hdf5.putAttribute("model_config", topology);
            hdf5.putAttribute("keras_version", "2.4.0");
            hdf5.putAttribute("backend", backend);
            writeLayers(hdf5.putGroup("model_weights"), UnaryOperator.identity(), name -> name + "/");
        }
        return file;
    }

    /** A weights-only HDF5 file of Keras 1, its layers named automatically and their variables beside one another. */
    public Path keras1Weights(Path file) {
        Map<String, String> names =
                Map.of("conv", "convolution2d_1", "bn", "batchnormalization_1", "classes", "dense_1");
        try (WritableHdfFile hdf5 = HdfFile.write(file)) {
            writeLayers(hdf5, names::get, name -> name + "_");
        }
        return file;
    }

    private void writeLayers(WritableGroup root, UnaryOperator<String> layerName, UnaryOperator<String> prefix) {
        Map<String, String> keras1 = Map.of(
                "kernel",
                "W",
                "bias",
                "b",
                "gamma",
                "gamma",
                "beta",
                "beta",
                "moving_mean",
                "running_mean",
                "moving_variance",
                "running_std");
        Map<String, List<String>> weights = new LinkedHashMap<>();
        Map<String, WritableGroup> groups = new LinkedHashMap<>();
        datasets.forEach((path, values) -> {
            String name = layerName.apply(path.substring(0, path.indexOf('/')));
            String variable = path.substring(path.indexOf('/') + 1);
            String stored =
                    prefix.apply(name) + (prefix.apply("").equals("_") ? keras1.get(variable) : variable) + ":0";
            weights.computeIfAbsent(name, n -> new ArrayList<>()).add(stored);
            put(groups.computeIfAbsent(name, root::putGroup), stored, values);
        });
        root.putAttribute("layer_names", weights.keySet().toArray(String[]::new));
        weights.forEach((name, stored) -> groups.get(name).putAttribute("weight_names", stored.toArray(String[]::new)));
    }

    /** A weights-only HDF5 file of Keras 3. */
    Path keras3Weights(Path file, String folder, String separator) {
        Map<String, String> groups = Map.of("conv", "conv2d", "bn", "batch_normalization", "classes", "dense");
        Map<String, Integer> counts = new LinkedHashMap<>();
        try (WritableHdfFile hdf5 = HdfFile.write(file)) {
            datasets.forEach((path, values) -> {
                String layer = path.substring(0, path.indexOf('/'));
                int number = counts.merge(layer, 1, Integer::sum) - 1;
                String group = folder + separator + groups.get(layer);
                WritableGroup parent = separator.equals("/") ? group(hdf5, group) : group(hdf5, new String[] {group});
                put(parent, "vars/" + number, values);
            });
        }
        return file;
    }

    /** A {@code .keras} archive. */
    Path archive(Path file, String topology, String folder, String separator) {
        Path hdf5File = keras3Weights(file.resolveSibling("weights-for-" + file.getFileName()), folder, separator);
        try {
            zip(
                    file,
                    Map.of(
                            "metadata.json", "{\"keras_version\": \"3.4.1\"}".getBytes(StandardCharsets.UTF_8),
                            "config.json", topology.getBytes(StandardCharsets.UTF_8),
                            "model.weights.h5", Files.readAllBytes(hdf5File)));
            Files.delete(hdf5File);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    static void zip(Path file, Map<String, byte[]> entries) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
    }

    /** The entries of an archive as Keras writes them: uncompressed. */
    static Path stored(Path archive, Path file) throws IOException {
        try (ZipFile packed = new ZipFile(archive.toFile());
                ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.setMethod(ZipOutputStream.STORED);
            for (ZipEntry entry : Collections.list(packed.entries())) {
                ZipEntry copy = new ZipEntry(entry.getName());
                copy.setSize(entry.getSize());
                copy.setCrc(entry.getCrc());
                zip.putNextEntry(copy);
                packed.getInputStream(entry).transferTo(zip);
            }
        }
        return file;
    }

    static void put(WritableGroup root, String path, Object values) {
        int slash = path.lastIndexOf('/');
        WritableGroup group = slash < 0 ? root : group(root, path.substring(0, slash));
        group.putDataset(path.substring(slash + 1), values);
    }

    static WritableGroup group(WritableGroup root, String path) {
        return group(root, path.split("/", -1));
    }

    private static WritableGroup group(WritableGroup root, String[] names) {
        WritableGroup group = root;
        for (String name : names) {
            Node existing = group.getChildren().get(name);
            group = existing == null ? group.putGroup(name) : (WritableGroup) existing;
        }
        return group;
    }
}
