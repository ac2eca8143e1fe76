package dev.xception.model;

/** Hears how far a download has come. */
@FunctionalInterface
public interface DownloadProgress {

    /** Called for every piece that has arrived; {@code bytes} of {@code totalBytes} are there. */
    void advanced(long bytes, long totalBytes);
}
