package dev.xception.bench;

import dev.xception.bench.Load.Closed;
import dev.xception.bench.Load.Open;
import dev.xception.bench.Measurement.Moment;
import dev.xception.bench.Measurement.Part;
import dev.xception.bench.Measurement.Usage;
import dev.xception.bench.Outcome.Answered;
import dev.xception.bench.Outcome.HungUp;
import dev.xception.bench.Outcome.Lost;
import dev.xception.bench.Outcome.NotAccepted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Offers a load to a server and measures what comes of it. */
public final class LoadGenerator {

    /** After this long without an answer the connections are cut, so that a measurement always ends. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int MOMENTS = 60;
    private static final int PARTS = 10;
    private static final long SECOND = 1_000_000_000;

    private final List<byte[]> pictures;
    private final @Nullable WatchedProcess server;
    private final WatchedProcess self = new WatchedProcess(ProcessHandle.current());

    /**
     * @param server its process, where it is known
     */
    public LoadGenerator(List<byte[]> pictures, @Nullable WatchedProcess server) {
        this.pictures = List.copyOf(pictures);
        this.server = server;
    }

    /** Why the server cannot be measured: it does not answer the first picture, or not with 200. */
    public Optional<String> obstacle(Target target) {
        try (Client client = new Client(target, pictures)) {
            Thread patience = Thread.ofVirtual().start(() -> cutAfterPatience(client));
            Outcome outcome = client.send();
            patience.interrupt();
            return switch (outcome) {
                case Answered(int status, var stages) when status == LoadRecorder.OK -> Optional.empty();
                case Answered(int status, var stages) ->
                    Optional.of(target.server() + " answers the first picture with " + status);
                case NotAccepted() -> Optional.of(target.server() + ": no server there");
                case Lost(), HungUp() -> Optional.of(target.server() + " does not answer");
            };
        }
    }

    private static void cutAfterPatience(Client client) {
        try {
            Thread.sleep(PATIENCE);
            client.cut();
        } catch (InterruptedException e) {
            // There is an answer.
        }
    }

    /** Offers the load for the time of both, and measures after the warm-up. */
    public Measurement measure(Target target, Load load, Duration warmUp, Duration duration) {
        long begin = System.nanoTime();
        long start = begin + warmUp.toNanos();
        long stop = start + duration.toNanos();
        LoadRecorder recorder = new LoadRecorder(start, stop, target.timeout());
        try (Client client = new Client(target, pictures)) {
            Observer observer = new Observer(client, recorder, start, stop);
            Thread observing =
                    Thread.ofPlatform().daemon().name("bench-observer").start(observer);
            long unsent = 0;
            switch (load) {
                case Closed(int concurrency) ->
                    ClosedLoop.run(client, concurrency, recorder, () -> System.nanoTime() - stop < 0);
                case Open open -> unsent = OpenLoop.run(client, open, begin, recorder, duration.toNanos());
            }
            observer.over.countDown();
            observing.join();
            return new Measurement(
                    load.toString(),
                    recorder.seconds(),
                    recorder.throughput(),
                    recorder.latency(),
                    recorder.refusals(),
                    recorder.errors(unsent),
                    recorder.stages(),
                    observer.usage,
                    observer.moments,
                    observer.parts,
                    recorder.firstSeconds(),
                    recorder.secondsAfter());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during a measurement", e);
        }
    }

    private long residentBytes() {
        return server == null ? 0 : server.residentBytes().orElse(0);
    }

    private Duration serverCpu() {
        return server == null ? Duration.ZERO : server.cpu();
    }

    /** Looks at both processes while the load runs, and cuts the connections of a server that stops answering. */
    private final class Observer implements Runnable {

        private final Client client;
        private final LoadRecorder recorder;
        private final long start;
        private final long stop;
        private final List<Moment> moments = new ArrayList<>();
        private final List<Part> parts = new ArrayList<>();
        private final CountDownLatch over = new CountDownLatch(1);
        private Usage usage = new Usage(0, 0, 0);

        Observer(Client client, LoadRecorder recorder, long start, long stop) {
            this.client = client;
            this.recorder = recorder;
            this.start = start;
            this.stop = stop;
        }

        @Override
        public void run() {
            try {
                sleepUntil(start);
                Duration serverBefore = serverCpu();
                Duration clientBefore = self.cpu();
                observeMoments(Math.max(SECOND, (stop - start) / MOMENTS));
                sleepUntil(stop);
                usage = usage(serverCpu().minus(serverBefore), self.cpu().minus(clientBefore));
                if (!over.await(stop + PATIENCE.toNanos() - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    client.cut();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts the observer", e);
            }
        }

        private void observeMoments(long length) throws InterruptedException {
            int count = (int) ((stop - start) / length);
            int perPart = Math.ceilDiv(count, PARTS);
            Histogram part = Latencies.concurrentHistogram();
            for (int i = 1; i <= count; i++) {
                long end = start + i * length;
                sleepUntil(end);
                Histogram answers = recorder.interval();
                part.add(answers);
                moments.add(moment(end, length, Latencies.of(answers)));
                if (i % perPart == 0 || i == count) {
                    parts.add(new Part((end - start) / (double) SECOND, Latencies.of(part)));
                    part.reset();
                }
            }
        }

        private void sleepUntil(long nanos) throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(nanos - System.nanoTime());
        }

        private Moment moment(long end, long length, Latencies answers) {
            return new Moment(
                    (end - start) / (double) SECOND,
                    answers.count() * (double) SECOND / length,
                    answers.p99(),
                    residentBytes());
        }

        /** Of what was used in the window, and answered in it: what was begun before it stands for what ends after it. */
        private Usage usage(Duration server, Duration client) {
            double answers = recorder.goodWithinWindow();
            return answers == 0
                    ? new Usage(0, 0, residentBytes())
                    : new Usage(server.toMillis() / answers, client.toMillis() / answers, residentBytes());
        }
    }
}
