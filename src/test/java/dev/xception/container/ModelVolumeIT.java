package dev.xception.container;

import static dev.xception.container.ServerContainer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import dev.xception.TestData;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.MountableFile;

/** A model in a volume: put there once, served by every later container; and a model that is broken. */
@ContainerTest
class ModelVolumeIT {

    private static final String IMAGE = System.getProperty("xception.image", "");
    private static final String WEIGHTS = "xception_weights_tf_dim_ordering_tf_kernels.h5";

    private final String volume = "xception-test-" + UUID.randomUUID();
    private final DockerClient docker = DockerClientFactory.lazyClient();

    @BeforeEach
    void createVolume() {
        docker.createVolumeCmd().withName(volume).exec();
    }

    @AfterEach
    void removeVolume() {
        docker.removeVolumeCmd(volume).exec();
    }

    /** A server that fails rather than serve random weights. */
    private ServerContainer container(boolean readOnly) {
        ServerContainer container = new ServerContainer().withEnv("XCEPTION_MODEL_WHENMISSING", "fail");
        return container.withCreateContainerCmdModifier(command -> {
            Bind bind = Bind.parse(volume + ":/models" + (readOnly ? ":ro" : ""));
            Objects.requireNonNull(command.getHostConfig()).withBinds(bind);
            command.withVolumes(new Volume[0]);
        });
    }

    /** Runs a program of the image with the volume at hand, until it ends. */
    private void run(GenericContainer<?> container) {
        try (container) {
            container
                    .withCreateContainerCmdModifier(command ->
                            Objects.requireNonNull(command.getHostConfig()).withBinds(Bind.parse(volume + ":/models")))
                    .withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(Duration.ofMinutes(2)))
                    .start();
        }
    }

    private void fill(String script) {
        run(new GenericContainer<>(IMAGE)
                .withCreateContainerCmdModifier(command -> command.withEntrypoint("sh", "-euc", script)));
    }

    @Test
    void anImportedModelIsServedAtOnceByEveryLaterContainer() throws Exception {
        Path weights = TestData.require("mobilenet_v1_0.75_224.h5");
        run(new GenericContainer<>(IMAGE)
                .withCopyFileToContainer(MountableFile.forHostPath(weights), "/weights.h5")
                .withCommand("import", "/weights.h5", "--name", "mobilenet", "--labels", "imagenet"));
        for (boolean readOnly : new boolean[] {false, true}) {
            try (ServerContainer server = container(readOnly).withEnv("XCEPTION_MODEL_NAMES", "mobilenet")) {
                server.start();
                assertThat(server.getLogs()).doesNotContain("importing");
                HttpResponse<String> response = server.classify(ServerContainer.picture());
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(json(response.body()).path("model").path("weights").asString())
                        .isEqualTo("trained");
            }
        }
    }

    @Test
    void refusesToStartWithADamagedGraphInOneClearLine() throws InterruptedException {
        fill("mkdir /models/xception; echo 'this is no graph' >/models/xception/xception.onnx");
        assertRefuses(container(false), "put " + WEIGHTS + " into /models/xception");
    }

    @Test
    void refusesToStartWithOtherWeightsInOneClearLine() throws InterruptedException {
        fill("mkdir /models/xception; echo 'these are no weights' >/models/xception/" + WEIGHTS);
        assertRefuses(container(false), "is not the described " + WEIGHTS);
    }

    @Test
    void refusesToStartWithoutAModelAndSaysWhichFileToPutWhere() throws InterruptedException {
        assertRefuses(container(false), "put " + WEIGHTS + " into /models/xception");
    }

    private static void assertRefuses(ServerContainer container, String message) throws InterruptedException {
        try (container) {
            container
                    .withStartupCheckStrategy(new EndedStrategy())
                    .waitingFor(Wait.forLogMessage(".*" + Pattern.quote(message) + ".*\\n", 1))
                    .start();
            assertThat(container.getCurrentContainerInfo().getState().getExitCodeLong())
                    .isEqualTo(1);
            assertThat(container.getLogs()).doesNotContain("\tat ");
            assertThat(container.getLogs().lines().filter(line -> line.contains("ERROR")))
                    .as(container.getLogs())
                    .hasSize(1)
                    .allSatisfy(line -> assertThat(line).contains(message));
        }
    }

    /** Waits for the end of the container, whatever its exit code. */
    private static final class EndedStrategy extends StartupCheckStrategy {

        @Override
        public StartupStatus checkStartupState(DockerClient client, String containerId) {
            return Boolean.TRUE.equals(getCurrentState(client, containerId).getRunning())
                    ? StartupStatus.NOT_YET_KNOWN
                    : StartupStatus.SUCCESSFUL;
        }
    }
}
