package dev.xception.model;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs a line at every tenth of a download. */
public final class LoggedProgress implements DownloadProgress {

    private static final Logger log = LoggerFactory.getLogger(LoggedProgress.class);
    private static final int TENTHS = 10;
    private static final double MEGABYTE = 1e6;

    private long tenths;

    @Override
    public void advanced(long bytes, long totalBytes) {
        long reached = bytes * TENTHS / totalBytes;
        if (reached > tenths) {
            log.info("downloaded {} % of {} MB", reached * TENTHS, "%.1f".formatted(totalBytes / MEGABYTE));
        }
        // A download that starts again from the beginning is logged again.
        tenths = reached;
    }
}
