package dev.xception.model;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps others from a model folder that is being prepared or replaced. A file lock holds against other processes, a lock
 * of this class against other threads; the file stays behind, because removing it would race with whoever waits for it.
 */
public final class DirectoryLock implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DirectoryLock.class);
    private static final String FILE = ".lock";
    private static final ReentrantLock IN_PROCESS = new ReentrantLock();

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits until the folder is free. */
    static DirectoryLock acquire(Path folder) throws IOException {
        IN_PROCESS.lock();
        try {
            FileChannel channel =
                    FileChannel.open(folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                waitFor(channel, folder);
                return new DirectoryLock(channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            IN_PROCESS.unlock();
            throw e;
        }
    }

    private static void waitFor(FileChannel channel, Path folder) throws IOException {
        FileLock lock = channel.tryLock();
        if (lock == null) {
            log.warn("{} is being prepared by another process; waiting for it", folder);
            lock = channel.lock();
        }
        // The lock goes with its channel.
        if (!lock.isValid()) {
            throw new IOException("the lock on " + folder + " was lost");
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            IN_PROCESS.unlock();
        }
    }
}
