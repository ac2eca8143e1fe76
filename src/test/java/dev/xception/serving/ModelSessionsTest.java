package dev.xception.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.xception.batch.BatchPolicy;
import dev.xception.image.ImageLimits;
import dev.xception.inference.ExecutionProvider;
import dev.xception.inference.InferenceSession;
import dev.xception.inference.TinyGraph;
import dev.xception.model.Precision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelSessionsTest {

    @TempDir
    Path folder;

    private Path graph;

    @BeforeEach
    void writeGraph() throws IOException {
        graph = TinyGraph.write(folder.resolve("tiny.onnx"));
    }

    private static ServingSettings settings(int sessions, int threads) {
        return settings(ExecutionProvider.CPU, sessions, threads);
    }

    private static ServingSettings settings(ExecutionProvider provider, int sessions, int threads) {
        return new ServingSettings(
                provider,
                sessions,
                threads,
                0,
                0,
                Duration.ZERO,
                64,
                new ImageLimits(1 << 20, 1 << 20),
                true,
                null,
                null);
    }

    private static float[] run(InferenceSession session) {
        List<ByteBuffer> black = List.of(ByteBuffer.allocate(TinyGraph.PIXELS));
        return session.run(black, Set.of()).getFirst().probabilities();
    }

    @Test
    void severalCoresHaveASessionEachAndOneTogether() {
        try (ModelSessions sessions = ModelSessions.open(graph, Precision.FP32, settings(0, 0), 3)) {
            sessions.warmUp(1, 2, 4);

            assertThat(sessions.beside()).hasSize(3);
            assertThat(sessions.alone()).isNotNull().isSameAs(sessions.first());
            sessions.beside().forEach(session -> assertThat(run(session)).containsExactly(run(sessions.first())));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 8, 64, 2", "0, 1, 64, 1", "0, 3, 3, 1", "0, 1, 1, 1", "2, 8, 64, 8"})
    void aLoneSessionTakesOneLessThanWhatIsManyAndOthersAsManyAsAllowed(
            int count, int maxBatchSize, int queueCapacity, int most) {
        try (ModelSessions sessions = ModelSessions.open(graph, Precision.FP32, settings(count, 0), 3)) {
            BatchPolicy policy = new BatchPolicy(maxBatchSize, Duration.ZERO, queueCapacity);
            assertThat(sessions.mostInOneRun(policy)).isEqualTo(most);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 1, 1", "1, 0, 4, 1", "2, 0, 4, 2", "0, 2, 4, 1", "3, 1, 4, 3"})
    void oneCoreOrWhatWasToldHasNoSessionThatRunsAlone(int count, int threads, int cores, int sessionCount) {
        try (ModelSessions sessions = ModelSessions.open(graph, Precision.FP32, settings(count, threads), cores)) {
            assertThat(sessions.alone()).isNull();
            assertThat(sessions.beside()).hasSize(sessionCount).startsWith(sessions.first());
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "2, 0"})
    void int8RunsOnTheCpuWhereTheProviderIsLeftOpen(int count, int threads) {
        ServingSettings open = settings(ExecutionProvider.AUTO, count, threads);
        try (ModelSessions sessions = ModelSessions.open(graph, Precision.INT8, open, 3)) {
            assertThat(sessions.first().providerReason()).isEqualTo("only the CPU has kernels for int8");
            sessions.beside().forEach(session -> assertThat(session.provider()).isEqualTo(ExecutionProvider.CPU));
        }
    }

    @Test
    void closesThemAll() {
        ModelSessions sessions = ModelSessions.open(graph, Precision.FP32, settings(0, 0), 2);
        sessions.close();

        assertThatIllegalStateException().isThrownBy(() -> run(sessions.first()));
        sessions.beside().forEach(session -> assertThatIllegalStateException().isThrownBy(() -> run(session)));
    }
}
