package dev.xception.benchmark;

import dev.xception.classification.TopK;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The most probable of 1000 classes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TopKBenchmark {

    @Param({"5", "1000"})
    private int top;

    private float[] probabilities;

    @Setup
    public void draw() {
        SplittableRandom random = new SplittableRandom(1);
        probabilities = new float[1000];
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] = (float) random.nextDouble();
        }
    }

    @Benchmark
    public int[] topK() {
        return TopK.indices(probabilities, top);
    }
}
