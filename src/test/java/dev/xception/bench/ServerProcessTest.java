package dev.xception.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerProcessTest {

    @Test
    void freePortsAreAllDifferent() throws IOException {
        assertThat(ServerProcess.freePorts(400)).hasSize(400).doesNotHaveDuplicates();
    }

    @Test
    void aServerThatDoesNotStartSaysWhyHoweverLongItsStackTraceIs() {
        String program =
                "echo no such model; for frame in $(seq 40); do printf '\\tat frame %s\\n' $frame; done; exit 3";
        assertThatIOException()
                .isThrownBy(() -> ServerProcess.start(List.of("sh", "-c", program), List.of()))
                .withMessageContaining("exit code 3")
                .withMessageContaining("no such model");
    }
}
