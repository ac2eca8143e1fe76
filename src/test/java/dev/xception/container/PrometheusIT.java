package dev.xception.container;

import static dev.xception.container.ServerContainer.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.deploy.Queries;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.MountableFile;
import tools.jackson.databind.JsonNode;

/**
 * Prometheus with the files of this repository, beside the server, in a network that leads nowhere else. Every series that
 * an alert rule, the dashboard or an autoscaler names must be there.
 */
@ContainerTest
class PrometheusIT {

    private static final Network network = Network.newNetwork();
    private static final ServerContainer server =
            new ServerContainer().withNetwork(network).withNetworkAliases("server");
    private static final GenericContainer<?> prometheus = new GenericContainer<>(
                    System.getProperty("xception.prometheus.image", "prom/prometheus:v3.5.0"))
            .withNetwork(network)
            .withExposedPorts(9090)
            .withCopyFileToContainer(
                    MountableFile.forHostPath("src/deploy/prometheus/prometheus.yml"), "/etc/prometheus/prometheus.yml")
            .withCopyFileToContainer(
                    MountableFile.forHostPath("helm/xception-server/files/alerts.yaml"), "/etc/prometheus/alerts.yaml")
            .waitingFor(Wait.forHttp("/-/ready"));
    private static final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws Exception {
        server.start();
        for (int i = 0; i < 3; i++) {
            server.classify(ServerContainer.picture());
        }
        prometheus.start();
        awaitSeries("xception_images_total > 0");
    }

    @AfterAll
    static void stop() {
        prometheus.close();
        server.close();
        network.close();
    }

    private static JsonNode query(String query) throws IOException, InterruptedException {
        URI url = URI.create("http://" + prometheus.getHost() + ":" + prometheus.getMappedPort(9090)
                + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        return json(client.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
                .body());
    }

    private static void awaitSeries(String query) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (query(query).path("data").path("result").isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Prometheus never had " + query);
            }
        }
    }

    @Test
    void scrapesTheServer() throws Exception {
        JsonNode up = query("up{job=\"xception-server\"}").path("data").path("result");
        assertThat(up.size()).isEqualTo(1);
        assertThat(up.path(0).path("value").path(1).asString()).isEqualTo("1");
    }

    @Test
    void everySeriesThatARuleAPanelOrAnAutoscalerNamesIsThere() throws Exception {
        Set<String> scraped = server.get(ServerContainer.MANAGEMENT, "/actuator/prometheus")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toSet());
        assertThat(scraped).containsAll(Queries.metrics());
    }

    @Test
    void everyQueryIsUnderstood() throws Exception {
        for (String query : Queries.all()) {
            assertThat(query(query).path("status").asString()).as(query).isEqualTo("success");
        }
    }

    @Test
    void onlyTheAlertForRandomWeightsIsRaised() throws Exception {
        awaitSeries("ALERTS{alertname=\"XceptionModelUntrained\"}");
        JsonNode alerts = query("count by (alertname) (ALERTS)").path("data").path("result");
        assertThat(alerts.valueStream()
                        .map(alert -> alert.path("metric").path("alertname").asString()))
                .containsExactly("XceptionModelUntrained");
    }

    /** What `helm test` runs. */
    @Test
    void anotherContainerTestsTheServerWithAPictureOfItsOwn() {
        try (GenericContainer<?> test = new GenericContainer<>(server.getDockerImageName())
                .withNetwork(network)
                .withCommand("health", "--classify", "--timeout", "30", "--url", "http://server:8080/readyz")
                .withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(Duration.ofMinutes(1)))) {
            test.start();
            assertThat(test.getLogs()).contains("ready");
        }
    }
}
