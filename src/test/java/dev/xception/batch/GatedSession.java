package dev.xception.batch;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;

/** A session whose every run waits until the test lets it finish; its answers are the inputs in upper case. */
final class GatedSession implements BatchFunction<String, String> {

    private final BlockingQueue<List<String>> started = new LinkedBlockingQueue<>();
    private final BlockingQueue<Callable<List<String>>> endings = new LinkedBlockingQueue<>();

    @Override
    public List<String> run(List<String> batch) throws Exception {
        started.add(batch);
        return endings.take().call();
    }

    /** Waits for the next run to start and gives its batch. */
    List<String> awaitRun() throws InterruptedException {
        return started.take();
    }

    /** Lets the current run, or the next one, answer properly. */
    void finish(List<String> batch) {
        end(() -> batch.stream().map(input -> input.toUpperCase(Locale.ROOT)).toList());
    }

    void end(Callable<List<String>> ending) {
        endings.add(ending);
    }

    /** Lets every later run end badly at once, so that a failed test stops. */
    void abandon() {
        for (int i = 0; i < 100; i++) {
            end(List::of);
        }
    }

    /** Waits for a run, lets it answer, and gives its batch. */
    List<String> serve() throws InterruptedException {
        List<String> batch = awaitRun();
        finish(batch);
        return batch;
    }
}
