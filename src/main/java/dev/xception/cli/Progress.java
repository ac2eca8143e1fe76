package dev.xception.cli;

import java.io.PrintStream;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * How far a long piece of work has come: a bar on the last line of the terminal, or nothing where nobody looks. Results
 * may be printed above it; it disappears when it is closed.
 */
final class Progress implements AutoCloseable {

    private static final int COLUMNS = 79;
    private static final int UPDATE_MILLIS = 200;

    private final Object lock = new Object();
    private final @Nullable PrintStream err;
    private final @Nullable ProgressBar bar;
    private String drawn = "";

    private Progress() {
        this.err = null;
        this.bar = null;
    }

    private Progress(PrintStream err, String task, String unit, long unitSize, long total) {
        this.err = err;
        boolean blocks = err.charset().newEncoder().canEncode('█');
        this.bar = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setUnit(unit, unitSize)
                .setStyle(blocks ? ProgressBarStyle.UNICODE_BLOCK : ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setConsumer(new DelegatingProgressBarConsumer(this::draw, COLUMNS))
                .build();
    }

    static Progress hidden() {
        return new Progress();
    }

    /**
     * @param unitSize how many steps are one {@code unit} of what the bar shows
     */
    static Progress drawnOn(PrintStream err, String task, String unit, long unitSize, long total) {
        return new Progress(err, task, unit, unitSize, total);
    }

    void step() {
        if (bar != null) {
            bar.step();
        }
    }

    void stepTo(long done) {
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    /**
     * Starts from nothing again.
     *
     * @param part of the task, shown behind the bar
     * @param total steps
     */
    void restart(String part, long total) {
        if (bar != null) {
            bar.reset().maxHint(total).setExtraMessage(part).refresh();
        }
    }

    /** Runs what prints to the terminal, and draws the bar below it. */
    void print(Runnable printing) {
        synchronized (lock) {
            String text = drawn;
            draw("");
            printing.run();
            draw(text);
        }
    }

    private void draw(String text) {
        synchronized (lock) {
            if (err != null && !(text.isEmpty() && drawn.isEmpty())) {
                err.print("\r" + text + " ".repeat(Math.max(0, drawn.length() - text.length()))
                        + (text.isEmpty() ? "\r" : ""));
                err.flush();
                drawn = text;
            }
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            draw("");
        }
    }
}
