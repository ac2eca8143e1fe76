package dev.xception.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many callers against few sessions, with failing runs, deadlines, interrupts and a shutdown in the midst of it, on the
 * real clock. Every request notes what happens to it, and afterwards each of these stories must be a legal one.
 */
class DynamicBatcherStressTest {

    private static final int ROUNDS = 24;
    private static final int CALLERS = 64;
    private static final int REQUESTS_PER_CALLER = 100;
    private static final BatchPolicy POLICY = new BatchPolicy(8, Duration.ofNanos(50_000), 32);

    private enum Outcome {
        ANSWERED,
        RUN_FAILED,
        REFUSED,
        CLOSED,
        EXPIRED,
        INTERRUPTED,
        GONE,
        /** Before it was submitted. */
        LEFT
    }

    @Test
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void answersEachOfAHundredThousandRequestsExactlyOnce() throws Exception {
        var outcomes = new EnumMap<Outcome, Integer>(Outcome.class);
        int accepted = 0;
        for (int seed = 0; seed < ROUNDS; seed++) {
            Round round = new Round(seed);
            round.play();
            round.check();
            accepted += round.accepted();
            round.outcomes().forEach((outcome, count) -> outcomes.merge(outcome, count, Integer::sum));
        }
        assertThat(accepted).isGreaterThan(100_000);
        assertThat(outcomes).containsOnlyKeys(Outcome.values());
        assertThat(outcomes.values()).allSatisfy(count -> assertThat(count).isGreaterThan(100));
    }

    private static final class Request {
        private final int number;
        private final AtomicInteger runs = new AtomicInteger();
        private final AtomicInteger releases = new AtomicInteger();
        private volatile boolean runFailed;
        private volatile boolean handedOver;
        private volatile Outcome outcome;

        Request(int number) {
            this.number = number;
        }
    }

    /** The life of one batcher. */
    private static final class Round {
        private final SplittableRandom random;
        private final Events events = new Events();
        private final Queue<Throwable> violations = new ConcurrentLinkedQueue<>();
        private final List<Request> requests = IntStream.range(0, CALLERS * REQUESTS_PER_CALLER)
                .mapToObj(Request::new)
                .toList();
        private final AtomicInteger rejections = new AtomicInteger();
        private final List<Thread> callers = Collections.synchronizedList(new ArrayList<>());
        private final CountDownLatch untilClose;
        /** Runs that go on now. */
        private final AtomicInteger beside = new AtomicInteger();

        private final AtomicInteger lone = new AtomicInteger();
        private final DynamicBatcher<Request, Integer> batcher;
        private volatile boolean closed;

        Round(int seed) {
            random = new SplittableRandom(seed);
            int sessions = 1 + seed % 3;
            boolean alone = seed % 2 == 0;
            untilClose = new CountDownLatch(requests.size() / 2 + random.nextInt(requests.size() / 2));
            batcher = new DynamicBatcher<>(
                    "stress",
                    new Sessions<>(
                            IntStream.range(0, sessions)
                                    .mapToObj(session -> session(random.split(), beside, lone))
                                    .toList(),
                            alone ? session(random.split(), lone, beside) : null),
                    POLICY,
                    request -> request.releases.incrementAndGet(),
                    events,
                    System::nanoTime);
        }

        void play() throws InterruptedException {
            for (int i = 0; i < CALLERS; i++) {
                List<Request> own = requests.subList(i * REQUESTS_PER_CALLER, (i + 1) * REQUESTS_PER_CALLER);
                SplittableRandom choices = random.split();
                callers.add(Thread.ofVirtual()
                        .uncaughtExceptionHandler((thread, e) -> violations.add(e))
                        .unstarted(() -> own.forEach(request -> call(request, choices))));
            }
            callers.forEach(Thread::start);
            untilClose.await();
            batcher.close();
            closed = true;
            batcher.close();
            for (Thread caller : callers) {
                caller.join();
            }
        }

        private void call(Request request, SplittableRandom choices) {
            int choice = choices.nextInt(100);
            if (choice < 2) {
                Thread.currentThread().interrupt();
            } else if (choice < 5) {
                callers.get(choices.nextInt(CALLERS)).interrupt();
            }
            // Most of those who are refused ask until they have a place.
            boolean patient = choices.nextInt(16) > 0;
            do {
                long timeNanos = choices.nextInt(4) == 0 ? choices.nextInt(500_000) : 60_000_000_000L;
                request.outcome = submit(request, System.nanoTime() + timeNanos);
                LockSupport.parkNanos(1); // leaves the carrier to those who hold the places
            } while (patient && request.outcome == Outcome.REFUSED);
            untilClose.countDown();
            assertThat(batcher.queueDepth()).isLessThanOrEqualTo(POLICY.queueCapacity());
        }

        private Outcome submit(Request request, long deadlineNanos) {
            try {
                return handOver(request, deadlineNanos);
            } catch (InterruptedException e) {
                return Outcome.INTERRUPTED;
            } catch (BatchException e) {
                return switch (e) {
                    case BatchException.QueueFull _ -> rejected(Outcome.REFUSED);
                    case BatchException.Closed _ -> rejected(Outcome.CLOSED);
                    case BatchException.DeadlinePassed _ -> Outcome.EXPIRED;
                    case BatchException.CallerGone _ -> Outcome.GONE;
                    case BatchException.RunFailed _ -> Outcome.RUN_FAILED;
                };
            }
        }

        private Outcome rejected(Outcome outcome) {
            rejections.incrementAndGet();
            return outcome;
        }

        /** Every eighth keeps its place for a while, and as many give theirs back and take another. */
        private Outcome handOver(Request request, long deadlineNanos) throws BatchException, InterruptedException {
            if (request.number % 8 == 0) {
                batcher.reserve(deadlineNanos).close();
            }
            try (DynamicBatcher<Request, Integer>.Place place = batcher.reserve(deadlineNanos)) {
                for (int i = request.number % 8 == 1 ? 2000 : 0; i > 0; i--) {
                    Thread.onSpinWait();
                }
                if (request.number % 32 == 3) {
                    place.abandon();
                    return Outcome.LEFT;
                }
                request.handedOver = true;
                assertThat(place.submit(request, () -> request.number % 32 == 2).output())
                        .isEqualTo(request.number);
                return Outcome.ANSWERED;
            }
        }

        /** A session that checks what it is given, and every tenth time or so fails in one of five ways. */
        private BatchFunction<Request, Integer> session(
                SplittableRandom choices, AtomicInteger ofItsKind, AtomicInteger others) {
            return batch -> {
                int choice = choices.nextInt(50);
                try {
                    ofItsKind.incrementAndGet();
                    assertThat(others)
                            .as("runs that should not go on at the same time")
                            .hasValue(0);
                    assertThat(closed).as("run after close").isFalse();
                    assertThat(batch).hasSizeBetween(1, POLICY.maxBatchSize());
                    batch.forEach(request -> request.runs.incrementAndGet());
                    for (int i = choices.nextInt(2000); i > 0; i--) {
                        Thread.onSpinWait();
                    }
                    assertThat(batch)
                            .allSatisfy(request -> assertThat(request.releases).hasValue(0));
                    assertThat(others).hasValue(0);
                } catch (AssertionError e) {
                    violations.add(e);
                } finally {
                    ofItsKind.decrementAndGet();
                }
                if (choice < 5) {
                    batch.forEach(request -> request.runFailed = true);
                }
                List<Integer> outputs = new ArrayList<>(
                        batch.stream().map(request -> request.number).toList());
                switch (choice) {
                    case 0 -> throw new Exception("run failed");
                    case 1 -> throw new StackOverflowError("run failed badly");
                    case 2 -> outputs.removeLast();
                    case 3 -> outputs.set(0, null);
                    case 4 -> {
                        return null;
                    }
                    default -> {}
                }
                return outputs;
            };
        }

        void check() {
            assertThat(violations).isEmpty();
            for (Request request : requests) {
                int runs = request.runs.get();
                boolean legal = switch (request.outcome) {
                    case ANSWERED -> runs == 1 && !request.runFailed;
                    case RUN_FAILED -> runs == 1 && request.runFailed;
                    case REFUSED, LEFT -> runs == 0 && !request.handedOver;
                    case CLOSED -> runs == 0;
                    case GONE -> runs == 0 && request.handedOver;
                    case EXPIRED, INTERRUPTED -> runs <= 1;
                };
                assertThat(legal).as("%s after %d runs", request.outcome, runs).isTrue();
                assertThat(request.releases).as("releases").hasValue(request.handedOver ? 1 : 0);
            }
            Map<Outcome, Integer> outcomes = outcomes();
            assertThat(events.rejected).hasValue(rejections.get());
            assertThat(events.expired).hasValue(outcomes.getOrDefault(Outcome.EXPIRED, 0));
            assertThat(events.cancelled)
                    .hasValue(outcomes.getOrDefault(Outcome.INTERRUPTED, 0) + outcomes.getOrDefault(Outcome.GONE, 0));
            assertThat(events.ran)
                    .hasValue(requests.stream()
                            .mapToInt(request -> request.runs.get())
                            .sum());
            assertThat(batcher.queueDepth()).isZero();
            assertThat(batcher.placesTaken()).isZero();
        }

        /** How many have got a place. */
        int accepted() {
            Map<Outcome, Integer> outcomes = outcomes();
            return requests.size()
                    - outcomes.getOrDefault(Outcome.REFUSED, 0)
                    - outcomes.getOrDefault(Outcome.CLOSED, 0);
        }

        Map<Outcome, Integer> outcomes() {
            var counts = new EnumMap<Outcome, Integer>(Outcome.class);
            requests.forEach(request -> counts.merge(request.outcome, 1, Integer::sum));
            return counts;
        }
    }

    private static final class Events implements BatchListener {
        private final AtomicInteger rejected = new AtomicInteger();
        private final AtomicInteger expired = new AtomicInteger();
        private final AtomicInteger cancelled = new AtomicInteger();
        private final AtomicInteger ran = new AtomicInteger();

        @Override
        public void rejected(BatchException reason) {
            rejected.incrementAndGet();
        }

        @Override
        public void expired() {
            expired.incrementAndGet();
        }

        @Override
        public void cancelled() {
            cancelled.incrementAndGet();
        }

        @Override
        public void runFinished(int batchSize, long runNanos) {
            ran.addAndGet(batchSize);
        }

        @Override
        public void runFailed(int batchSize, long runNanos, Throwable cause) {
            ran.addAndGet(batchSize);
        }
    }
}
