package dev.xception.modelimport.keras;

import dev.xception.modelimport.InvalidModelException;
import dev.xception.modelimport.hdf5.Hdf5File;
import dev.xception.modelimport.hdf5.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;

/** Variables of one layer that lie in an HDF5 file. */
final class StoredWeights implements LayerWeights {

    private final Hdf5File file;
    private final String layer;
    private final List<String> left;
    private final BiPredicate<String, String> playsRole;

    /**
     * @param paths the datasets of the layer
     * @param playsRole whether the dataset (first) is the variable of that role (second); where paths have no names, the
     *     order decides and this is always true
     */
    StoredWeights(Hdf5File file, String layer, List<String> paths, BiPredicate<String, String> playsRole) {
        this.file = file;
        this.layer = layer;
        this.left = new ArrayList<>(paths);
        this.playsRole = playsRole;
    }

    @Override
    public Tensor next(String role, int... shape) {
        String path = left.stream()
                .filter(candidate -> playsRole.test(candidate, role))
                .findFirst()
                .orElseThrow(() ->
                        new InvalidModelException(file.displayName() + " lacks the " + role + " of layer " + layer));
        left.remove(path);
        requireShape(path, role, shape);
        Tensor tensor = file.tensor(path);
        for (float value : tensor.values()) {
            if (!Float.isFinite(value)) {
                throw new InvalidModelException(
                        "the " + role + " of layer " + layer + " in " + file.displayName() + " holds " + value);
            }
        }
        return tensor;
    }

    private void requireShape(String path, String role, int... shape) {
        int[] stored = file.shape(path);
        if (!Arrays.equals(stored, shape)) {
            throw new InvalidModelException("the " + role + " of layer " + layer + " in " + file.displayName()
                    + " has the shape " + Tensor.shapeText(stored) + " instead of " + Tensor.shapeText(shape));
        }
    }

    @Override
    public void finish() {
        if (!left.isEmpty()) {
            throw new InvalidModelException(file.displayName() + " has weights that layer " + layer + " does not take: "
                    + String.join(", ", left));
        }
    }
}
