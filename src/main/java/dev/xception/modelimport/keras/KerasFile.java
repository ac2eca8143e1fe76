package dev.xception.modelimport.keras;

import dev.xception.modelimport.InvalidModelException;
import dev.xception.modelimport.hdf5.Hdf5File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Keras file of any layout, opened: its topology and its weights.
 *
 * <ul>
 *   <li>{@code .keras} archives hold both ({@link KerasArchive});
 *   <li>whole-model HDF5 files hold the topology as the attribute {@code model_config};
 *   <li>weights-only HDF5 files take a topology file, or else one of those built in ({@link BuiltInTopology}).
 * </ul>
 */
public final class KerasFile implements AutoCloseable {

    private static final long MAX_TOPOLOGY_BYTES = 64L << 20;

    private final Hdf5File hdf5;
    private final ModelConfig model;
    private final ModelWeights weights;
    private final int kerasVersion;
    private final @Nullable Path topologyFile;

    private KerasFile(
            Hdf5File hdf5, ModelConfig model, ModelWeights weights, int kerasVersion, @Nullable Path topologyFile) {
        this.hdf5 = hdf5;
        this.model = model;
        this.weights = weights;
        this.kerasVersion = kerasVersion;
        this.topologyFile = topologyFile;
    }

    /**
     * Opens a file of any layout.
     *
     * @param topology the topology for a file that holds only weights; null looks for {@code NAME.json} beside it
     */
    public static KerasFile open(Path file, @Nullable Path topology) throws IOException {
        if (KerasArchive.isZip(file)) {
            return openArchive(file);
        }
        Hdf5File hdf5 = Hdf5File.open(file);
        try {
            Optional<String> own = hdf5.string("", "model_config");
            Path topologyFile = own.isPresent() ? null : topologyFile(file, topology);
            return read(
                    hdf5,
                    topologyFile == null ? own : Optional.of(text(topologyFile)),
                    topologyFile,
                    file.getFileName().toString());
        } catch (IOException | RuntimeException e) {
            hdf5.close();
            throw e;
        }
    }

    private static KerasFile openArchive(Path file) throws IOException {
        KerasArchive archive = KerasArchive.read(file);
        try {
            ModelConfig model =
                    TopologyReader.read(archive.topology(), file.getFileName().toString());
            int version = majorVersion(archive.kerasVersion());
            return new KerasFile(
                    archive.weights(), model, new ArchiveModelWeights(archive.weights(), model), version, null);
        } catch (RuntimeException e) {
            archive.weights().close();
            throw e;
        }
    }

    private static KerasFile read(Hdf5File hdf5, Optional<String> topology, @Nullable Path topologyFile, String name) {
        String root = hdf5.has("model_weights") ? "model_weights" : "";
        Optional<String> version = hdf5.string(root, "keras_version").or(() -> hdf5.string("", "keras_version"));
        Optional<String> backend = hdf5.string(root, "backend").or(() -> hdf5.string("", "backend"));
        if (backend.filter("theano"::equals).isPresent()) {
            throw new InvalidModelException(
                    name + " was saved on Theano, which turns kernels around: load it on TensorFlow and save it again");
        }
        if (topology.isEmpty()) {
            ModelConfig model = BuiltInTopology.recognise(Hdf5ModelWeights.groups(hdf5, root), hdf5, name);
            ModelWeights weights = new Hdf5ModelWeights(hdf5, root, model);
            return new KerasFile(hdf5, model, weights, majorVersion(version.orElse("1")), null);
        }
        ModelConfig model = TopologyReader.read(topology.get(), name);
        version = version.or(() -> TopologyReader.kerasVersion(topology.get()));
        if (hdf5.strings(root, "layer_names").isEmpty() && ArchiveModelWeights.matches(hdf5)) {
            ModelWeights weights = new ArchiveModelWeights(hdf5, model);
            return new KerasFile(hdf5, model, weights, majorVersion(version.orElse("3")), topologyFile);
        }
        ModelWeights weights = new Hdf5ModelWeights(hdf5, root, model);
        return new KerasFile(hdf5, model, weights, majorVersion(version.orElse("1")), topologyFile);
    }

    /** The topology of a file that holds weights alone: the given one, or that beside it; null where there is none. */
    private static @Nullable Path topologyFile(Path file, @Nullable Path topology) {
        if (topology != null) {
            return topology;
        }
        Path beside = file.resolveSibling(topologyName(file.getFileName().toString()));
        return Files.isRegularFile(beside) ? beside : null;
    }

    /** How a topology beside a weights file is called. */
    public static String topologyName(String weightsFile) {
        return weightsFile.substring(0, Math.max(0, weightsFile.lastIndexOf('.'))) + ".json";
    }

    private static String text(Path topology) throws IOException {
        if (Files.size(topology) > MAX_TOPOLOGY_BYTES) {
            throw new InvalidModelException(topology.getFileName() + " is too large for a topology");
        }
        return new String(Files.readAllBytes(topology), StandardCharsets.UTF_8);
    }

    private static int majorVersion(String version) {
        char first = version.isEmpty() ? '1' : version.charAt(0);
        return Character.isDigit(first) ? first - '0' : 1;
    }

    public ModelConfig model() {
        return model;
    }

    public ModelWeights weights() {
        return weights;
    }

    /** The file that the topology was read from; null where the Keras file holds it, or it is built in. */
    public @Nullable Path topologyFile() {
        return topologyFile;
    }

    /** The major version of the Keras that wrote the file. */
    public int kerasVersion() {
        return kerasVersion;
    }

    @Override
    public void close() {
        hdf5.close();
    }
}
