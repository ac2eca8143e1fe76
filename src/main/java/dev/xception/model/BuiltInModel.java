package dev.xception.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;

/** The official Xception's descriptor and labels, which come with the program. Its weights do not. */
final class BuiltInModel {

    static final String NAME = "xception";

    private BuiltInModel() {}

    /** Opens one of the model's files. */
    private static InputStream open(String file) {
        InputStream stream = BuiltInModel.class.getResourceAsStream(NAME + "/" + file);
        if (stream == null) {
            throw new IllegalStateException("no " + NAME + "/" + file + " on the class path");
        }
        return stream;
    }

    static String text(String file) {
        try (InputStream stream = open(file)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ModelException(file + ": cannot be read: " + e, e);
        }
    }

    static ModelDescriptor descriptor() {
        return ModelDescriptor.parse(text(ModelDescriptor.FILE), ModelDescriptor.FILE);
    }

    /** Whether a model's weights are the official Xception's, whatever else was changed in its descriptor. */
    static boolean hasTheWeightsOf(ModelDescriptor model) {
        WeightsSource official = descriptor().source();
        return official != null
                && model.source() != null
                && model.source().sha256().equals(official.sha256());
    }

    /** Writes the files that are not there yet, the descriptor last. */
    static void writeTo(Path folder) {
        try {
            Files.createDirectories(folder);
            for (String file : List.of(Labels.FILE, ModelDescriptor.FILE)) {
                if (!Files.exists(folder.resolve(file))) {
                    write(folder.resolve(file));
                }
            }
        } catch (IOException e) {
            throw new ModelException(folder + ": cannot be made: " + e, e);
        }
    }

    private static void write(Path file) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
        try (InputStream stream = open(String.valueOf(file.getFileName()))) {
            Files.copy(stream, part);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
