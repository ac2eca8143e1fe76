package dev.xception.modelimport.keras;

import dev.xception.modelimport.InvalidModelException;
import dev.xception.modelimport.hdf5.Hdf5File;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The layout of {@code .h5} files: a group for each top-level layer, whose {@code weight_names} list its datasets, those of
 * a nested model included.
 *
 * <p>Layers find their weights by name. Where the names differ, as in files of Keras 1 whose automatic names Keras 2
 * replaced, the n-th layer with weights takes the n-th group with weights, as Keras itself loads them.
 */
final class Hdf5ModelWeights implements ModelWeights {

    private static final Map<String, List<String>> ROLE_NAMES = Map.of(
            "kernel", List.of("kernel", "W"),
            "bias", List.of("bias", "b"),
            "depthwise_kernel", List.of("depthwise_kernel", "kernel"),
            "moving_mean", List.of("moving_mean", "running_mean"),
            // Keras 1 calls it so, but it is a variance too.
            "moving_variance", List.of("moving_variance", "running_std"));

    private final Hdf5File file;
    private final IdentityHashMap<LayerConfig, List<String>> paths = new IdentityHashMap<>();

    Hdf5ModelWeights(Hdf5File file, String root, ModelConfig model) {
        this.file = file;
        Map<String, List<String>> groups = groups(file, root);
        List<LayerConfig> topLevel =
                model.layers().stream().filter(Hdf5ModelWeights::hasWeights).toList();
        IdentityHashMap<LayerConfig, List<String>> assigned = assign(topLevel, groups, model.name());
        assigned.forEach((layer, datasets) -> {
            ModelConfig nested = layer.model();
            if (nested == null) {
                paths.put(layer, datasets);
            } else {
                List<LayerConfig> leaves = inFileOrder(leaves(nested));
                paths.putAll(assign(leaves, byLayer(datasets, leaves), layer.name()));
            }
        });
    }

    /** The datasets of every layer that has any, in the file's order. */
    static Map<String, List<String>> groups(Hdf5File file, String root) {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        for (String layer : file.strings(root, "layer_names")) {
            String group = root + "/" + layer;
            List<String> datasets = file.strings(group, "weight_names").stream()
                    .map(weight -> group + "/" + weight)
                    .toList();
            if (!datasets.isEmpty()) {
                groups.put(layer, datasets);
            }
        }
        return groups;
    }

    private static IdentityHashMap<LayerConfig, List<String>> assign(
            List<LayerConfig> layers, Map<String, List<String>> groups, String model) {
        IdentityHashMap<LayerConfig, List<String>> assigned = new IdentityHashMap<>();
        Set<String> names = layers.stream().map(LayerConfig::name).collect(Collectors.toSet());
        if (names.size() == layers.size() && groups.keySet().containsAll(names)) {
            layers.forEach(layer -> assigned.put(layer, groups.getOrDefault(layer.name(), List.of())));
        } else if (layers.size() == groups.size()) {
            List<List<String>> inOrder = List.copyOf(groups.values());
            for (int i = 0; i < layers.size(); i++) {
                assigned.put(layers.get(i), inOrder.get(i));
            }
        } else {
            throw new InvalidModelException("the topology of " + model + " has " + layers.size()
                    + " layers with weights, but the file holds weights of " + groups.size() + " layers");
        }
        return assigned;
    }

    /** Keras lists what training changes in a nested model before all that it does not. */
    private static List<LayerConfig> inFileOrder(List<LayerConfig> leaves) {
        return leaves.stream()
                .sorted(Comparator.comparing(leaf -> !LayerFactory.isTrained(leaf)))
                .toList();
    }

    /** A nested model's datasets by layer, named after it or else after what stands before the variable's name. */
    private static Map<String, List<String>> byLayer(List<String> datasets, List<LayerConfig> leaves) {
        Set<String> names = leaves.stream().map(LayerConfig::name).collect(Collectors.toSet());
        return datasets.stream()
                .collect(Collectors.groupingBy(
                        path -> {
                            String owner = path.substring(0, path.lastIndexOf('/'));
                            String name = owner;
                            // The name itself may have slashes, and models around the layer may stand before it.
                            while (!names.contains(name) && name.contains("/")) {
                                name = name.substring(name.indexOf('/') + 1);
                            }
                            return names.contains(name) ? name : owner;
                        },
                        LinkedHashMap::new,
                        Collectors.toList()));
    }

    private static List<LayerConfig> leaves(ModelConfig model) {
        List<LayerConfig> leaves = new ArrayList<>();
        for (LayerConfig layer : model.layers()) {
            if (layer.model() != null) {
                leaves.addAll(leaves(layer.model()));
            } else if (hasWeights(layer)) {
                leaves.add(layer);
            }
        }
        return leaves;
    }

    private static boolean hasWeights(LayerConfig layer) {
        ModelConfig nested = layer.model();
        return nested == null ? LayerFactory.hasWeights(layer) : !leaves(nested).isEmpty();
    }

    @Override
    public LayerWeights of(LayerConfig layer) {
        return new StoredWeights(file, layer.name(), paths.getOrDefault(layer, List.of()), Hdf5ModelWeights::playsRole);
    }

    /** Keras 1 puts the layer's name before the variable's: {@code dense_2_W}. */
    private static boolean playsRole(String path, String role) {
        String variable = path.substring(path.lastIndexOf('/') + 1);
        String name = variable.contains(":") ? variable.substring(0, variable.indexOf(':')) : variable;
        Predicate<String> matches = known -> name.equals(known) || name.endsWith("_" + known);
        return ROLE_NAMES.getOrDefault(role, List.of(role)).stream().anyMatch(matches);
    }
}
