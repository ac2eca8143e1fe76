package dev.xception.cli;

import dev.xception.model.DownloadProgress;
import dev.xception.model.ModelDirectory;
import dev.xception.model.Precision;
import dev.xception.model.ServableModel;
import dev.xception.model.WhenMissing;
import org.jspecify.annotations.Nullable;

/** Makes models servable, with a bar for what is downloaded. Random weights are never used: a command wants answers. */
final class Preparation {

    private static final long MEGABYTE = 1_000_000;

    private Preparation() {}

    static ServableModel prepare(ModelDirectory directory, String name, Precision precision, Terminal terminal) {
        try (DownloadBar bar = new DownloadBar(name, terminal)) {
            return directory.resolve(name, precision, WhenMissing.FAIL, bar);
        }
    }

    /** Appears with the first bytes: most often nothing has to be downloaded. */
    private static final class DownloadBar implements DownloadProgress, AutoCloseable {

        private final String model;
        private final Terminal terminal;
        private @Nullable Progress progress;

        DownloadBar(String model, Terminal terminal) {
            this.model = model;
            this.terminal = terminal;
        }

        @Override
        public void advanced(long bytes, long totalBytes) {
            if (progress == null) {
                progress = terminal.progress("download " + model, " MB", MEGABYTE, totalBytes);
            }
            progress.stepTo(bytes);
        }

        @Override
        public void close() {
            if (progress != null) {
                progress.close();
            }
        }
    }
}
