package dev.xception.benchmark;

import dev.xception.batch.Answer;
import dev.xception.batch.BatchFunction;
import dev.xception.batch.BatchListener;
import dev.xception.batch.BatchPolicy;
import dev.xception.batch.DynamicBatcher;
import dev.xception.batch.Sessions;
import dev.xception.batch.Submission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What the batcher itself costs per request: the function does nothing, so the time is that of queueing, two thread
 * switches and answering. One caller measures the added latency; 64 virtual threads at once the added work.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BatcherBenchmark {

    private static final int CALLERS = 64;
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    @Param({"1", "8"})
    private int maxBatchSize;

    @Param({"1", "2"})
    private int sessions;

    private DynamicBatcher<Integer, Integer> batcher;
    private ExecutorService callers;

    @Setup
    public void start() {
        BatchFunction<Integer, Integer> nothing = batch -> batch;
        batcher = new DynamicBatcher<>(
                "benchmark",
                new Sessions<>(Collections.nCopies(sessions, nothing)),
                new BatchPolicy(maxBatchSize, Duration.ZERO, 1024),
                input -> {},
                BatchListener.NONE,
                System::nanoTime);
        callers = Executors.newVirtualThreadPerTaskExecutor();
    }

    @TearDown
    public void stop() {
        callers.close();
        batcher.close();
    }

    @Benchmark
    public Answer<Integer> oneCaller() throws Exception {
        return Submission.submit(batcher, 1, System.nanoTime() + MINUTE);
    }

    @Benchmark
    @OperationsPerInvocation(CALLERS)
    public int manyCallers() throws Exception {
        List<Future<Answer<Integer>>> answers = new ArrayList<>(CALLERS);
        for (int i = 0; i < CALLERS; i++) {
            answers.add(callers.submit(() -> Submission.submit(batcher, 1, System.nanoTime() + MINUTE)));
        }
        int sum = 0;
        for (Future<Answer<Integer>> answer : answers) {
            sum += answer.get().output();
        }
        return sum;
    }

    /** The same 64 virtual threads without a batcher: what to subtract from {@link #manyCallers}. */
    @Benchmark
    @OperationsPerInvocation(CALLERS)
    public int manyCallersAlone() throws Exception {
        List<Future<Integer>> answers = new ArrayList<>(CALLERS);
        for (int i = 0; i < CALLERS; i++) {
            answers.add(callers.submit(() -> 1));
        }
        int sum = 0;
        for (Future<Integer> answer : answers) {
            sum += answer.get();
        }
        return sum;
    }
}
