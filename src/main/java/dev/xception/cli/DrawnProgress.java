package dev.xception.cli;

import java.io.PrintStream;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on the last line of the terminal. Results may be printed above it; it disappears when it is closed. */
final class DrawnProgress implements Progress {

    private static final int COLUMNS = 79;
    private static final int UPDATE_MILLIS = 200;

    private final Object lock = new Object();
    private final PrintStream err;
    private final ProgressBar bar;
    private String drawn = "";

    /**
     * @param unitSize how many steps are one {@code unit} of what the bar shows
     */
    DrawnProgress(PrintStream err, String task, String unit, long unitSize, long total) {
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

    @Override
    public void step() {
        bar.step();
    }

    @Override
    public void stepTo(long done) {
        bar.stepTo(done);
    }

    @Override
    public void restart(String part, long total) {
        bar.reset().maxHint(total).setExtraMessage(part).refresh();
    }

    /** And draws the bar below it. */
    @Override
    public void print(Runnable printing) {
        synchronized (lock) {
            String text = drawn;
            draw("");
            printing.run();
            draw(text);
        }
    }

    private void draw(String text) {
        synchronized (lock) {
            if (!(text.isEmpty() && drawn.isEmpty())) {
                err.print("\r" + text + " ".repeat(Math.max(0, drawn.length() - text.length()))
                        + (text.isEmpty() ? "\r" : ""));
                err.flush();
                drawn = text;
            }
        }
    }

    @Override
    public void close() {
        bar.close();
        draw("");
    }
}
