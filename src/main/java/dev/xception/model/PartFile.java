package dev.xception.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/**
 * The bytes of a download that have arrived so far, with their digest. It is named after the digest it should have, so that
 * a later start goes on with it only while the same file is wanted.
 *
 * <p>Trouble with this file is an {@link UncheckedIOException}: another source would not help.
 */
final class PartFile implements AutoCloseable {

    private final Path path;
    private final FileChannel channel;
    private final MessageDigest digest = Sha256.newDigest();
    private long size;

    private PartFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Opens the file and digests what an earlier download left in it. */
    static PartFile open(WeightsSource source, Path folder) throws IOException {
        Path path = folder.resolve(source.file() + "." + source.sha256().substring(0, 8) + ".part");
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            PartFile part = new PartFile(path, channel);
            part.digestWhatIsThere();
            return part;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void digestWhatIsThere() throws IOException {
        InputStream input = Channels.newInputStream(channel);
        byte[] buffer = new byte[1 << 16];
        for (int read = input.read(buffer); read > 0; read = input.read(buffer)) {
            digest.update(buffer, 0, read);
            size += read;
        }
    }

    long size() {
        return size;
    }

    void append(byte[] bytes, int count) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        digest.update(bytes, 0, count);
        size += count;
    }

    /** Drops all bytes. */
    void restart() {
        try {
            channel.truncate(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        digest.reset();
        size = 0;
    }

    /** The digest of all bytes; nothing can be appended afterwards. */
    String sha256() {
        return Sha256.hex(digest.digest());
    }

    /** Gives the whole file its name. */
    void moveTo(Path target) throws IOException {
        channel.force(true);
        channel.close();
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    }

    void delete() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }

    /** Closes the file; an empty one goes, any other stays for the next start. */
    @Override
    public void close() throws IOException {
        channel.close();
        if (size == 0) {
            Files.deleteIfExists(path);
        }
    }
}
