package dev.xception.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model folder in the making. Its files are written into a folder beside the model's, which takes the model's place on
 * {@code commit}; closed before that, or when the process is told to end, it leaves nothing behind.
 *
 * <p>A model that is replaced keeps the other files in its folder, except graphs that are not made anew: they came from
 * what is no longer there.
 */
public final class NewModel implements AutoCloseable {

    private final Path target;
    private final Path staging;
    private final boolean replace;
    private final Set<String> absent = new HashSet<>();
    private final Thread atExit = new Thread(this::removeStaging);

    private NewModel(Path target, Path staging, boolean replace) {
        this.target = target;
        this.staging = staging;
        this.replace = replace;
    }

    static NewModel start(Path target, boolean replace) {
        requireFree(target, replace);
        try {
            Path staging = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
            NewModel model = new NewModel(target, Files.createDirectories(staging), replace);
            Runtime.getRuntime().addShutdownHook(model.atExit);
            return model;
        } catch (IOException e) {
            throw new ModelException(target + ": cannot be made: " + e, e);
        }
    }

    private static void requireFree(Path target, boolean replace) {
        if (Files.exists(target) && !replace) {
            throw new ModelException(target + " is there already: choose another name, or replace it with --force");
        }
    }

    /** The file to write the served graph of this precision to; a model has at least one. */
    public Path onnx(Precision precision) {
        return staging.resolve(precision.fileName(target.getFileName().toString()));
    }

    /**
     * One more file of the model.
     *
     * @param original what is copied; null where the model has no such file: one that lies there is removed
     */
    public void put(String name, @Nullable Path original) throws IOException {
        if (original == null) {
            absent.add(name);
        } else {
            Files.copy(original, staging.resolve(name));
        }
    }

    /** Writes the descriptor and the labels beside the graph and puts the model in its place. */
    public Path commit(ModelDescriptor descriptor, Labels labels) {
        if (!target.getFileName().toString().equals(descriptor.name())) {
            throw new IllegalArgumentException("the folder " + target + " is not for model " + descriptor.name());
        }
        try {
            Files.writeString(staging.resolve(ModelDescriptor.FILE), descriptor.toYaml());
            Files.writeString(staging.resolve(descriptor.labels()), labels.toText());
            putInPlace();
            return target;
        } catch (IOException e) {
            throw new ModelException(target + ": cannot be written: " + e, e);
        }
    }

    private void putInPlace() throws IOException {
        // Somebody else may have made it since the start.
        requireFree(target, replace);
        if (!Files.exists(target)) {
            Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        try (DirectoryLock _ = DirectoryLock.acquire(target)) {
            replaceFiles();
        }
    }

    /** Whole even where the process is told to end meanwhile: {@code atExit} waits. */
    private synchronized void replaceFiles() throws IOException {
        List<Path> files;
        try (Stream<Path> staged = Files.list(staging)) {
            files = staged.toList();
        }
        for (Precision precision : Precision.values()) {
            if (!files.contains(onnx(precision))) {
                Files.deleteIfExists(target.resolve(onnx(precision).getFileName()));
            }
        }
        for (String name : absent) {
            Files.deleteIfExists(target.resolve(name));
        }
        for (Path file : files) {
            Files.move(
                    file,
                    target.resolve(file.getFileName()),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void close() {
        removeStaging();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException _) {
            // The process is ending, and it runs.
        }
    }

    private synchronized void removeStaging() {
        if (!Files.exists(staging)) {
            return;
        }
        try (Stream<Path> files = Files.walk(staging)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new ModelException(staging + ": cannot be removed: " + e, e);
        }
    }
}
