package dev.xception.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxRuntimeTest {

    @TempDir
    private Path folder;

    /** ONNX Runtime 1.29's telemetry would end such a process with a segmentation fault. */
    @Test
    void runsUnderALongCommandLine() throws Exception {
        Path graph = TinyGraph.write(folder.resolve("tiny.onnx"));
        ProcessBuilder program = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dlong=" + "x".repeat(9000),
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                graph.toString());
        program.environment().keySet().removeAll(Set.of("ORT_DISABLE_TELEMETRY", "ORT_TELEMETRY_DISABLED", "CI"));
        Process process = program.redirectErrorStream(true).start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("classes: 4");
        assertThat(process.waitFor()).isZero();
    }

    /** What the other process runs. */
    static final class Program {

        public static void main(String[] graph) {
            SessionConfig config = new SessionConfig(ExecutionProvider.CPU, 1);
            try (InferenceSession session = InferenceSession.open(Path.of(graph[0]), config)) {
                System.out.println("classes: " + session.classes());
            }
        }
    }
}
