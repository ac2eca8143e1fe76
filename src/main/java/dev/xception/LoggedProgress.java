package dev.xception;

import dev.xception.model.DownloadProgress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs a download at every tenth of the way. */
final class LoggedProgress implements DownloadProgress {

    private static final Logger log = LoggerFactory.getLogger(LoggedProgress.class);

    private final String model;
    private long loggedTenths;

    LoggedProgress(String model) {
        this.model = model;
    }

    @Override
    public void advanced(long bytes, long totalBytes) {
        long tenths = bytes * 10 / Math.max(1, totalBytes);
        if (tenths > loggedTenths) {
            loggedTenths = tenths;
            log.info("model {}: {} of {} MB downloaded", model, bytes / 1_000_000, totalBytes / 1_000_000);
        }
    }
}
