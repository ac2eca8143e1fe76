package dev.xception.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.OtherProcess;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxRuntimeTest {

    @TempDir
    private Path folder;

    /** ONNX Runtime 1.29's telemetry would end such a process with a segmentation fault. */
    @Test
    void runsUnderALongCommandLine() throws Exception {
        Output output = run("-Dlong=" + "x".repeat(9000));
        assertThat(output.text()).contains("classes: 4");
        assertThat(output.exitCode()).isZero();
    }

    /** The Java binding frees the environment while our own shutdown hook still answers what was accepted. */
    @Test
    void runsGoOnWhileTheJvmShutsDown() throws Exception {
        Output output = run("-DrunsInShutdown=2000");
        assertThat(output.text()).contains("runs while shutting down: 2000");
        assertThat(output.exitCode()).isZero();
    }

    private record Output(String text, int exitCode) {}

    private Output run(String option) throws Exception {
        Path graph = TinyGraph.write(folder.resolve("tiny.onnx"));
        ProcessBuilder program = OtherProcess.of(
                Program.class, graph, "--enable-native-access=ALL-UNNAMED", "-XX:-CreateCoredumpOnCrash", option);
        program.directory(folder.toFile());
        program.environment().keySet().removeAll(Set.of("ORT_DISABLE_TELEMETRY", "ORT_TELEMETRY_DISABLED", "CI"));
        Process process = program.redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Output(text, process.waitFor());
    }

    /** What the other process runs. */
    static final class Program {

        public static void main(String[] graph) {
            SessionConfig config = new SessionConfig(ExecutionProvider.CPU, 1);
            InferenceSession session = InferenceSession.open(Path.of(graph[0]), config);
            System.out.println("classes: " + session.classes());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(session)));
        }

        private static void end(InferenceSession session) {
            List<ByteBuffer> black = List.of(ByteBuffer.allocate(TinyGraph.PIXELS));
            int runs = Integer.getInteger("runsInShutdown", 0);
            for (int i = 0; i < runs; i++) {
                session.run(black, Set.of());
            }
            session.close();
            System.out.println("runs while shutting down: " + runs);
        }
    }
}
