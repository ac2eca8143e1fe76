package dev.xception.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Container;

/** {@code docker stop} while pictures are being classified. */
@ContainerTest
class DrainIT {

    private static final int GRACE_SECONDS = 40;
    private static final int PICTURES = 16;

    @Container
    private final ServerContainer server = new ServerContainer();

    @Test
    void answersWhatItHasAcceptedAndEndsWithinTheGracePeriod() throws Exception {
        URI url = server.url(ServerContainer.HTTP, "/classify");
        byte[] picture = ServerContainer.picture();
        DockerClient docker = server.getDockerClient();
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            List<CompletableFuture<HttpResponse<String>>> answers = Stream.generate(() -> client.sendAsync(
                            ServerContainer.classify(url, picture), HttpResponse.BodyHandlers.ofString()))
                    .limit(PICTURES)
                    .toList();
            awaitInFlight(answers);

            docker.stopContainerCmd(server.getContainerId())
                    .withTimeout(GRACE_SECONDS)
                    .exec();

            assertThat(answers)
                    .allSatisfy(answer -> assertThat(answer.get().statusCode()).isEqualTo(200));
            ContainerState state =
                    docker.inspectContainerCmd(server.getContainerId()).exec().getState();
            assertThat(state.getExitCodeLong())
                    .as("143: ended by SIGTERM within the grace period, not killed after it (137)")
                    .isIn(0L, 143L);
            assertThat(Objects.requireNonNull(state.getOOMKilled())).isFalse();
        }
    }

    /** Until all pictures are in the server, and most are not answered yet. */
    private void awaitInFlight(List<CompletableFuture<HttpResponse<String>>> answers) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (System.nanoTime() < deadline) {
            // Counted first: what is answered between the two counts must not be counted twice.
            long answered = answers.stream().filter(CompletableFuture::isDone).count();
            double inFlight = server.get(ServerContainer.MANAGEMENT, "/actuator/prometheus")
                    .lines()
                    .filter(line -> line.startsWith("xception_admission_requests"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .sum();
            if (inFlight > 0 && inFlight + answered >= PICTURES) {
                return;
            }
        }
        throw new AssertionError("the pictures never were in flight together");
    }
}
