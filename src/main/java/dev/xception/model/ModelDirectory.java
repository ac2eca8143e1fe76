package dev.xception.model;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that holds one folder per model, and what makes each of them servable.
 *
 * <p>A model's graph is, in this order: the {@code .onnx} that lies there, if it was made from the described source; made
 * from a weights file that lies there; made from the downloaded weights file; made with random weights, where that is
 * allowed. A graph that was made by another importer or as another description said is made anew where its weights lie
 * beside it. Files appear under their names only when they are whole.
 */
public final class ModelDirectory {

    private static final Logger log = LoggerFactory.getLogger(ModelDirectory.class);

    private final Path root;
    private final ModelImporter importer;
    private final WeightsDownload download;
    private final boolean verifyDigest;

    /**
     * @param verifyDigest whether a weights file must be the described one, byte for byte; without that, whatever lies in
     *     the folder under its name is used, and the log says so
     */
    public ModelDirectory(Path root, ModelImporter importer, WeightsDownload download, boolean verifyDigest) {
        this.root = root.toAbsolutePath().normalize();
        this.importer = importer;
        this.download = download;
        this.verifyDigest = verifyDigest;
    }

    /** The names of the models that are described here, sorted. */
    public List<String> names() {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(root)) {
            return folders.filter(folder -> Files.isRegularFile(folder.resolve(ModelDescriptor.FILE)))
                    .map(folder -> folder.getFileName().toString())
                    .filter(ModelDescriptor::isName)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new ModelException(root + ": cannot be listed: " + e, e);
        }
    }

    /**
     * A model's folder, which need not be there.
     *
     * @throws ModelException when the name could lead out of the directory
     */
    public Path folder(String name) {
        if (!ModelDescriptor.isName(name)) {
            throw new ModelException("\"" + name + "\" is no model name");
        }
        return root.resolve(name);
    }

    /** What the model's {@code model.yaml} says. The official Xception needs none. */
    public ModelDescriptor descriptor(String name) {
        Path file = folder(name).resolve(ModelDescriptor.FILE);
        if (isBuiltInAlone(name)) {
            return BuiltInModel.descriptor();
        }
        if (!Files.isRegularFile(file)) {
            throw new ModelException(
                    "no model \"" + name + "\" in " + root + ", which has " + names() + ": " + file + " is missing");
        }
        ModelDescriptor descriptor = ModelDescriptor.read(file);
        if (!descriptor.name().equals(name)) {
            throw new ModelException(
                    file + ": name: must be the folder's name \"" + name + "\", not \"" + descriptor.name() + "\"");
        }
        return descriptor;
    }

    private boolean isBuiltInAlone(String name) {
        return name.equals(BuiltInModel.NAME) && !Files.exists(folder(name).resolve(ModelDescriptor.FILE));
    }

    /** Starts a model that is not there yet; with {@code replace} one that is. */
    public NewModel create(String name, boolean replace) {
        return NewModel.start(folder(name), replace);
    }

    /** Waits until nobody else prepares or replaces the model, and keeps them from it until the lock is closed. */
    public DirectoryLock lock(String name) throws IOException {
        return DirectoryLock.acquire(folder(name));
    }

    /**
     * Makes the model servable, at the cost of a download and an import at most, or says in one line what is missing.
     * Several processes may do so at the same time.
     */
    public ServableModel resolve(String name, Precision precision, WhenMissing whenMissing, DownloadProgress progress) {
        Path folder = folder(name);
        if (isBuiltInAlone(name)) {
            BuiltInModel.writeTo(folder);
        }
        try {
            ServableModel model = servable(name, precision);
            if (model != null) {
                return model;
            }
            try (DirectoryLock _ = lock(name)) {
                // Whoever held the lock before may have made it, or put another in its place.
                model = servable(name, precision);
                return model != null ? model : make(name, precision, whenMissing, progress);
            }
        } catch (IOException e) {
            throw new ModelException("model " + name + " cannot be prepared in " + folder + ": " + e, e);
        }
    }

    /**
     * The model whose graph can be served as it is; else null, and the log says why.
     *
     * @throws ModelException when the graph says that it has another precision
     */
    public @Nullable ServableModel servable(String name, Precision precision) throws IOException {
        ModelDescriptor descriptor = descriptor(name);
        Labels labels = labels(descriptor);
        Path onnx = folder(name).resolve(precision.fileName(name));
        Map<String, String> metadata = metadataOfSource(onnx, descriptor);
        if (metadata == null || isToBeMadeAnew(onnx, descriptor, precision, metadata)) {
            return null;
        }
        requirePrecision(onnx, precision, metadata);
        return new ServableModel(descriptor, precision, onnx, labels, metadata);
    }

    /** A file may have been copied to another's name. */
    private static void requirePrecision(Path onnx, Precision precision, Map<String, String> metadata) {
        String made = metadata.getOrDefault(OnnxMetadata.PRECISION, precision.id());
        if (!made.equals(precision.id())) {
            throw new ModelException("%s: the graph's precision is %s, not %s".formatted(onnx, made, precision.id()));
        }
    }

    private Labels labels(ModelDescriptor descriptor) {
        return Labels.read(folder(descriptor.name()).resolve(descriptor.labels()));
    }

    private ServableModel make(String name, Precision precision, WhenMissing whenMissing, DownloadProgress progress)
            throws IOException {
        ModelDescriptor descriptor = descriptor(name);
        Labels labels = labels(descriptor);
        Path folder = folder(name);
        Path onnx = folder.resolve(precision.fileName(name));
        if (precision == Precision.INT8) {
            throw new ModelException(onnx + " is missing or was made from other weights: quantize the model first");
        }
        Path weights = null;
        try {
            weights = weights(descriptor, folder, progress);
        } catch (WeightsUnavailableException e) {
            // The importer makes random weights for no other network.
            if (whenMissing == WhenMissing.FAIL || !BuiltInModel.hasTheWeightsOf(descriptor)) {
                throw e;
            }
            log.warn("{}", e.getMessage());
            log.warn("UNTRAINED: model {} is served with random weights; its answers mean nothing", name);
            onnx = folder.resolve(precision.fileName(name + "." + OnnxMetadata.UNTRAINED));
        }
        log.info("importing {} to {}", weights == null ? "random weights" : weights, onnx);
        importer.importModel(new ImportRequest(descriptor, precision, weights, labels.sha256(), onnx));
        return new ServableModel(descriptor, precision, onnx, labels, OnnxMetadata.read(onnx));
    }

    /** The weights file: the one that lies there, or else the downloaded one. */
    private Path weights(ModelDescriptor descriptor, Path folder, DownloadProgress progress) throws IOException {
        WeightsSource source = descriptor.source();
        if (source == null) {
            throw new WeightsUnavailableException(
                    "model " + descriptor.name() + " has neither a graph nor a source: put "
                            + Precision.FP32.fileName(descriptor.name()) + " into " + folder);
        }
        Path file = folder.resolve(source.file());
        if (Files.exists(file)) {
            requireNoFolder(file);
            requireDescribed(file, source);
            return file;
        }
        if (source.urls().isEmpty()) {
            throw new WeightsUnavailableException(
                    "model " + descriptor.name() + " has no weights: " + putInto(source, folder));
        }
        try {
            return download.download(source, folder, progress);
        } catch (WeightsUnavailableException e) {
            throw new WeightsUnavailableException("model " + descriptor.name() + " has no weights: "
                    + putInto(source, folder) + " (download failed: " + e.getMessage() + ")");
        }
    }

    private static String putInto(WeightsSource source, Path folder) {
        return "put " + source.file() + " into " + folder;
    }

    /** A container engine makes a folder where the file to mount is not there. */
    private static void requireNoFolder(Path file) {
        if (Files.isDirectory(file)) {
            throw new ModelException(file + ": Is a directory");
        }
    }

    private void requireDescribed(Path file, WeightsSource source) throws IOException {
        String sha256 = Sha256.of(file);
        if (sha256.equals(source.sha256())) {
            return;
        }
        String difference = file + " (" + Files.size(file) + " bytes, sha256 " + sha256 + ") is not the described "
                + source.file() + " (" + source.bytes() + " bytes, sha256 " + source.sha256() + ")";
        if (verifyDigest) {
            throw new ModelException(difference
                    + ": put the right file there, or set xception.model.verify-digest=false to use this one");
        }
        log.warn("DIGEST CHECK IS OFF (xception.model.verify-digest=false): {}; it is used all the same", difference);
    }

    /** The metadata of a whole graph that was made from the described source; else null, and the log says why. */
    private @Nullable Map<String, String> metadataOfSource(Path onnx, ModelDescriptor descriptor) throws IOException {
        if (!Files.exists(onnx)) {
            return null;
        }
        requireNoFolder(onnx);
        Map<String, String> metadata;
        try {
            metadata = OnnxMetadata.read(onnx);
        } catch (InvalidProtocolBufferException e) {
            log.warn("{} is damaged and not used: {}", onnx, e.getMessage());
            return null;
        }
        if (OnnxMetadata.UNTRAINED.equals(metadata.get(OnnxMetadata.WEIGHTS))) {
            log.warn("{} holds random weights and is not used", onnx);
            return null;
        }
        WeightsSource source = descriptor.source();
        String madeFrom = metadata.getOrDefault(OnnxMetadata.SOURCE_SHA256, "unknown");
        if (source == null || madeFrom.equals(source.sha256())) {
            return metadata;
        }
        if (!verifyDigest && isLaidSource(onnx.resolveSibling(source.file()), madeFrom)) {
            log.warn(
                    "DIGEST CHECK IS OFF (xception.model.verify-digest=false): {} was made from weights with sha256 {}, not"
                            + " the described {}; it is used all the same",
                    onnx,
                    madeFrom,
                    source.sha256());
            return metadata;
        }
        log.info(
                "{} was made from weights with sha256 {}, not the described {}; not used",
                onnx,
                madeFrom,
                source.sha256());
        return null;
    }

    /** Whether a graph would come out otherwise today, and the weights that it was made from lie beside it. */
    private boolean isToBeMadeAnew(
            Path onnx, ModelDescriptor descriptor, Precision precision, Map<String, String> metadata)
            throws IOException {
        List<String> differences = differences(descriptor, metadata);
        if (differences.isEmpty()) {
            return false;
        }
        String outdated = onnx + " was made with " + String.join(", ", differences);
        if (precision == Precision.INT8) {
            log.warn("{}; it is used all the same: quantize the model again", outdated);
            return false;
        }
        WeightsSource source = descriptor.source();
        if (source != null && source.urls().isEmpty() && isOfAnotherImporter(metadata)) {
            // Only whoever imported it knows with which options.
            log.warn("{}; it is used all the same: import it again", outdated);
            return false;
        }
        Path folder = folder(descriptor.name());
        String madeFrom = metadata.getOrDefault(OnnxMetadata.SOURCE_SHA256, "unknown");
        if (source == null || !Files.isWritable(folder) || !holds(folder.resolve(source.file()), madeFrom)) {
            log.warn(
                    "{}; it is used all the same, as {} cannot be written or lacks its weights file: import it again",
                    outdated,
                    folder);
            return false;
        }
        log.info("{}; made anew", outdated);
        return true;
    }

    private boolean isOfAnotherImporter(Map<String, String> metadata) {
        String version = importer.version();
        return !metadata.getOrDefault(OnnxMetadata.IMPORTER_VERSION, version).equals(version);
    }

    /** What the graph's file says of how it was made, where that is not how it would be made now. */
    private List<String> differences(ModelDescriptor descriptor, Map<String, String> metadata) {
        Map<String, String> now = new LinkedHashMap<>();
        now.put(OnnxMetadata.IMPORTER_VERSION, importer.version());
        now.put(
                OnnxMetadata.INPUT_SIZE,
                descriptor.input().width() + "x" + descriptor.input().height());
        if (!descriptor.normalization().equals("auto")) {
            now.put(OnnxMetadata.NORMALIZATION, descriptor.normalization());
        }
        now.put(OnnxMetadata.ACTIVATION, descriptor.activation());
        List<String> differences = new ArrayList<>();
        now.forEach((key, value) -> {
            String then = metadata.getOrDefault(key, value);
            if (!then.equals(value)) {
                differences.add(key + " " + then + " instead of " + value);
            }
        });
        return differences;
    }

    private static boolean holds(Path weights, String sha256) throws IOException {
        return Files.isRegularFile(weights) && Sha256.of(weights).equals(sha256);
    }

    private static boolean isLaidSource(Path weights, String sha256) throws IOException {
        return !Files.exists(weights) || holds(weights, sha256);
    }
}
