package dev.xception.modelimport.keras;

import dev.xception.modelimport.InvalidModelException;
import dev.xception.modelimport.hdf5.Hdf5File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The parts of a {@code .keras} archive. Only three entries are read, each up to a limit that is counted while unpacking,
 * whatever size the archive claims.
 *
 * @param weights the HDF5 part, unpacked to a temporary file that has no name any more (on Windows: that goes at exit)
 */
record KerasArchive(String topology, String kerasVersion, Hdf5File weights) {

    private static final long MAX_TEXT_BYTES = 64L << 20;
    private static final long MAX_WEIGHT_BYTES = 2L << 30;

    static boolean isZip(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(4);
            return head.length == 4 && head[0] == 'P' && head[1] == 'K' && head[2] == 3 && head[3] == 4;
        }
    }

    static KerasArchive read(Path file) throws IOException {
        String name = file.getFileName().toString();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            String topology = text(zip, "config.json", name);
            String version = zip.getEntry("metadata.json") == null ? "3" : version(text(zip, "metadata.json", name));
            return new KerasArchive(topology, version, weights(zip, name));
        } catch (ZipException e) {
            throw new InvalidModelException(name + " is damaged or truncated: it is not a readable .keras archive", e);
        }
    }

    private static String text(ZipFile zip, String entry, String archive) throws IOException {
        ZipEntry text = entry(zip, entry, archive);
        try (CheckedInputStream in = open(zip, text)) {
            byte[] bytes = in.readNBytes((int) MAX_TEXT_BYTES + 1);
            if (bytes.length > MAX_TEXT_BYTES) {
                throw tooLarge(entry, archive);
            }
            requireChecksum(in, text, archive);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private static String version(String metadata) {
        try {
            return new JsonMapper().readTree(metadata).path("keras_version").asString("3");
        } catch (JacksonException e) {
            return "3";
        }
    }

    private static Hdf5File weights(ZipFile zip, String archive) throws IOException {
        ZipEntry entry = entry(zip, "model.weights.h5", archive);
        Path unpacked = Files.createTempFile("xception-weights", ".h5");
        try {
            try (CheckedInputStream in = open(zip, entry);
                    OutputStream out = Files.newOutputStream(unpacked)) {
                byte[] buffer = new byte[1 << 16];
                long written = 0;
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    written += read;
                    if (written > MAX_WEIGHT_BYTES) {
                        throw tooLarge(entry.getName(), archive);
                    }
                    out.write(buffer, 0, read);
                }
                requireChecksum(in, entry, archive);
            }
            return Hdf5File.open(unpacked, "model.weights.h5 in " + archive);
        } finally {
            deleteNowOrAtExit(unpacked);
        }
    }

    private static void deleteNowOrAtExit(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            // Windows keeps an open file.
            file.toFile().deleteOnExit();
        }
    }

    /** {@link ZipFile} itself leaves the checksums that an archive states alone. */
    private static CheckedInputStream open(ZipFile zip, ZipEntry entry) throws IOException {
        return new CheckedInputStream(zip.getInputStream(entry), new CRC32());
    }

    private static void requireChecksum(CheckedInputStream read, ZipEntry entry, String archive) {
        if (read.getChecksum().getValue() != entry.getCrc()) {
            throw new InvalidModelException(archive + " is damaged: checksum of " + entry.getName());
        }
    }

    private static ZipEntry entry(ZipFile zip, String name, String archive) {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new InvalidModelException(archive + " is no .keras archive: it lacks " + name);
        }
        return entry;
    }

    private static InvalidModelException tooLarge(String entry, String archive) {
        return new InvalidModelException(entry + " in " + archive + " unpacks to more than can be served");
    }
}
