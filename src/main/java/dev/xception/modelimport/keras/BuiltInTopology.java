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
            throw unknown(name);
        }
        List<String> last = List.copyOf(groups.values()).getLast();
        requireClassifier(xception ? last.size() == 2 : groups.containsKey("conv_preds"), name);
        int[] bias = shape(file, last.getLast(), 1, name);
        if (xception) {
            return XceptionTopology.model(bias[0]);
        }
        int[] firstKernel = shape(file, groups.getOrDefault("conv1", List.of()).getFirst(), 4, name);
        return MobileNetTopology.model(firstKernel[3], bias[0]);
    }

    private static int[] shape(Hdf5File file, String path, int rank, String name) {
        int[] shape = file.shape(path);
        if (shape.length != rank) {
            throw unknown(name);
        }
        return shape;
    }

    private static InvalidModelException unknown(String name) {
        return new InvalidModelException(
                name + " holds only weights of a network that is not known here: give its topology as a JSON file");
    }

    private static void requireClassifier(boolean present, String name) {
        if (!present) {
            throw new InvalidModelException(
                    name + " is no image classifier: it was saved without its last layer (notop)");
        }
    }
}
