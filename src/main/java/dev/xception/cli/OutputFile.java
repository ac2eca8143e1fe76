package dev.xception.cli;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that appears under its name only when it is whole; closed before {@code commit}, it leaves nothing behind. A
 * device such as {@code /dev/null} is written to as it is.
 */
final class OutputFile implements AutoCloseable {

    private final Path file;
    private final Path written;
    private final OutputStream stream;

    OutputFile(Path file) throws IOException {
        this.file = file;
        this.written = isDevice(file) ? file : file.resolveSibling(file.getFileName() + ".part");
        this.stream = new BufferedOutputStream(new NamedStream(Files.newOutputStream(written)));
    }

    /** Fails now rather than after long work where the file cannot be written. Devices are left alone. */
    static void requireWritable(Path file) throws IOException {
        if (Files.isDirectory(file) || !isDevice(file)) {
            new OutputFile(file).close();
        }
    }

    private static boolean isDevice(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file);
    }

    OutputStream stream() {
        return stream;
    }

    void commit() throws IOException {
        stream.close();
        if (written.equals(file)) {
            return;
        }
        try {
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
        if (!written.equals(file)) {
            Files.deleteIfExists(written);
        }
    }

    /** What the buffer writes to. */
    private final class NamedStream extends FilterOutputStream {

        NamedStream(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw NamedFile.failure(file, e);
            }
        }
    }
}
