package dev.xception.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.TinyModel;
import java.awt.Color;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** SIGTERM under load, in a process of its own. {@code -Dxception.drain.times=20} for the long form. */
@Timeout(300)
class DrainIT {

    private static final int CALLERS = 16;

    @TempDir
    Path models;

    static IntStream times() {
        return IntStream.rangeClosed(1, Integer.getInteger("xception.drain.times", 3));
    }

    @ParameterizedTest
    @MethodSource("times")
    void noRequestIsLostWhenTheServerIsTerminatedUnderLoad(int time) throws Exception {
        TinyModel.create(models);
        List<byte[]> pictures =
                List.of(TinyModel.picture(Color.RED, 400, 300, "jpg"), TinyModel.picture(Color.BLUE, 300, 400, "png"));
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                System.getProperty("xception.jar"),
                "serve");
        // Whoever waits for company is accepted and not answered yet when SIGTERM comes.
        List<String> settings = List.of(
                "xception.model.directory=" + models,
                "xception.model.names=" + TinyModel.NAME,
                "xception.session.provider=cpu",
                "xception.session.count=1",
                "xception.batch.max-batch-size=64",
                "xception.batch.max-queue-delay=500ms");
        try (ServerProcess server = ServerProcess.start(command, settings);
                Client client = new Client(new Target(server.address(), null, null, null), pictures)) {
            Drain.Result result = Drain.run(server, client, CALLERS);

            assertThat(result.lost()).as("%s", result).isZero();
            assertThat(result.answers().keySet()).as("%s", result).isSubsetOf(200, 503);
            assertThat(result.accepted()).as("%s", result).isPositive();
            assertThat(result.exitCode()).isEqualTo(143);
            assertThat(result.inGoodOrder()).isTrue();
        }
    }
}
