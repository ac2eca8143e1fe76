package dev.xception.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** A line for each part of a task, and while a part takes long one every ten seconds: for what is no terminal. */
final class ProgressLines implements Progress {

    private static final long INTERVAL = Duration.ofSeconds(10).toNanos();

    private final PrintStream err;
    private final String task;
    private final LongSupplier nanoTime;
    private String part = "";
    private long total;
    private long done;
    private long told;

    ProgressLines(PrintStream err, String task, LongSupplier nanoTime) {
        this.err = err;
        this.task = task;
        this.nanoTime = nanoTime;
    }

    @Override
    public void restart(String startedPart, long steps) {
        done = 0;
        total = steps;
        if (!startedPart.equals(part)) {
            part = startedPart;
            tell("");
        }
    }

    @Override
    public void step() {
        stepTo(done + 1);
    }

    @Override
    public void stepTo(long newDone) {
        done = newDone;
        if (nanoTime.getAsLong() - told >= INTERVAL) {
            tell(" " + done + "/" + total);
        }
    }

    private void tell(String count) {
        err.println(task + ": " + part + count);
        told = nanoTime.getAsLong();
    }
}
