package dev.xception.modelimport.keras;

import dev.xception.modelimport.InvalidModelException;
import dev.xception.modelimport.hdf5.Hdf5File;
import java.util.List;
import java.util.Map;

/** Knows the networks whose official files hold only weights: Xception and MobileNet v1. */
final class BuiltInTopology {

    private static final int XCEPTION_SEPARABLE_CONVOLUTIONS = 34;

    private BuiltInTopology() {}

    /** @param groups the datasets of each layer with weights, in the file's order */
    static ModelConfig recognise(Map<String, List<String>> groups, Hdf5File file, String name) {
        if (groups.isEmpty() && !ArchiveModelWeights.matches(file)) {
            throw new InvalidModelException(name + " is not a Keras model file: it lists no layers with weights");
        }
        long separable = groups.values().stream()
                .filter(datasets -> datasets.stream().anyMatch(path -> path.contains("pointwise_kernel")))
                .count();
        boolean xception = separable == XCEPTION_SEPARABLE_CONVOLUTIONS;
        boolean mobileNet = groups.containsKey("conv1") && groups.containsKey("conv_pw_13");
        if (!xception && !mobileNet) {
            throw new InvalidModelException(
                    name + " holds only weights of a network that is not known here: give its topology as a JSON file");
        }
        List<String> last = List.copyOf(groups.values()).getLast();
        int classes = file.tensor(last.getLast()).size();
        if (xception) {
            requireClassifier(last.size() == 2, name);
            return XceptionTopology.model(classes);
        }
        requireClassifier(groups.containsKey("conv_preds"), name);
        int firstFilters =
                file.tensor(groups.getOrDefault("conv1", List.of()).getFirst()).dimension(3);
        return MobileNetTopology.model(firstFilters, classes);
    }

    private static void requireClassifier(boolean present, String name) {
        if (!present) {
            throw new InvalidModelException(
                    name + " is no image classifier: it was saved without its last layer (notop)");
        }
    }
}
