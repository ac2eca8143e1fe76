package dev.xception.modelimport.keras;

import dev.xception.modelimport.InvalidModelException;
import dev.xception.modelimport.hdf5.Hdf5File;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The layout of {@code .keras} archives: variables are numbered in {@code <group>/vars}, and the group is not named after
 * the layer but after its class, counted within its model: {@code layers/conv2d_1} is the second Conv2D.
 */
final class ArchiveModelWeights implements ModelWeights {

    private final Hdf5File file;
    private final String folder;
    private final String separator;
    private final IdentityHashMap<LayerConfig, String> groups = new IdentityHashMap<>();

    ArchiveModelWeights(Hdf5File file, ModelConfig model) {
        this.file = file;
        List<String> roots = file.children("");
        // Keras 2.15 on Windows joined the parts of a path with backslashes.
        this.separator = roots.stream().anyMatch(name -> name.contains("\\")) ? "\\" : "/";
        this.folder = roots.stream().anyMatch(name -> name.startsWith("_layer_checkpoint_dependencies"))
                ? "_layer_checkpoint_dependencies"
                : "layers";
        locate(model, "");
    }

    /** Whether the file has this layout. */
    static boolean matches(Hdf5File file) {
        return file.children("").stream()
                .anyMatch(name -> name.startsWith("layers") || name.startsWith("_layer_checkpoint_dependencies"));
    }

    private void locate(ModelConfig model, String prefix) {
        Map<String, Integer> counts = new HashMap<>();
        for (LayerConfig layer : model.layers()) {
            if (layer.operation()) {
                continue;
            }
            String kind = snakeCase(layer.className());
            int number = counts.merge(kind, 1, Integer::sum) - 1;
            String group = prefix + folder + separator + (number == 0 ? kind : kind + "_" + number);
            groups.put(layer, group);
            ModelConfig nested = layer.model();
            if (nested != null) {
                locate(nested, group + separator);
            }
        }
    }

    /** As Keras names groups: {@code MaxPooling2D} is {@code max_pooling2d}, {@code LeakyReLU} is {@code leaky_re_lu}. */
    static String snakeCase(String className) {
        return className
                .replaceAll("\\W+", "")
                .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
                .replaceAll("([a-z])([A-Z])", "$1_$2")
                .toLowerCase(Locale.ROOT);
    }

    @Override
    public LayerWeights of(LayerConfig layer) {
        String variables = groups.getOrDefault(layer, layer.name()) + "/vars";
        String owner = file.string(variables, "name").orElse(layer.name());
        if (!owner.equals(layer.name())) {
            throw new InvalidModelException(file.displayName() + " holds in " + variables + " the weights of " + owner
                    + " instead of " + layer.name());
        }
        List<String> paths = new ArrayList<>();
        for (int i = 0; file.has(variables + "/" + i); i++) {
            paths.add(variables + "/" + i);
        }
        return new StoredWeights(file, layer.name(), paths, (path, role) -> true);
    }
}
