package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HealthCommandTest {

    private HttpServer server;
    private int status;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/readyz", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private CommandRun health(String... options) {
        String host = server.getAddress().getHostString();
        String url = "--url=http://" + host + ":" + server.getAddress().getPort() + "/readyz";
        return CommandRun.of(
                Stream.concat(Stream.of("health", url), Stream.of(options)).toArray(String[]::new));
    }

    @Test
    void succeedsWhereTheServerIsReady() {
        status = 200;
        assertThat(health()).isEqualTo(new CommandRun(0, "ready" + System.lineSeparator(), ""));
    }

    @Test
    void failsWhereTheServerIsNotReady() {
        status = 503;
        CommandRun run = health();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines()).singleElement().asString().endsWith("/readyz answers 503");
    }

    @Test
    void failsWhereNobodyAnswers() {
        server.stop(0);
        CommandRun run = health();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines()).singleElement().asString().contains("does not answer");
    }

    @Test
    void hasAPictureClassified() throws IOException {
        status = 200;
        List<Object> sizes = new ArrayList<>();
        server.createContext("/classify", exchange -> {
            BufferedImage picture = ImageIO.read(exchange.getRequestBody());
            sizes.add(picture.getWidth());
            sizes.add(picture.getHeight());
            byte[] answer = "{\"predictions\":[]}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        assertThat(health("--classify").out().lines()).containsExactly("ready", "{\"predictions\":[]}");
        assertThat(sizes).containsExactly(299, 299);
    }

    @Test
    void classifiesBesideWhatItAsked() {
        status = 200;
        for (String path : List.of("/vision/readyz", "/vision/classify")) {
            server.createContext(path, exchange -> {
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            });
        }
        String host =
                server.getAddress().getHostString() + ":" + server.getAddress().getPort();
        assertThat(CommandRun.of("health", "--classify", "--url=http://" + host + "/vision/readyz")
                        .exitCode())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', http://localhost:8080/readyz",
        "SERVER_PORT, 9090, http://localhost:9090/readyz",
        "SERVER_SERVLET_CONTEXTPATH, /vision, http://localhost:8080/vision/readyz",
        "SERVER_SERVLET_CONTEXT_PATH, /vision/, http://localhost:8080/vision/readyz",
        "SERVER_SERVLET_CONTEXTPATH, /, http://localhost:8080/readyz"
    })
    void asksTheServerThatTheEnvironmentDescribes(String name, String value, URI address) {
        assertThat(HealthCommand.serverOf(Map.of(name, value))).isEqualTo(address);
    }

    @Test
    void failsWhereThePictureIsNotClassified() {
        status = 200;
        server.createContext("/classify", exchange -> {
            // A refusal before the body is read can reach the client as a broken connection.
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        assertThat(health("--classify").err().strip()).endsWith("/classify answers 503");
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo", "http://localhost:99999/readyz", "foo:bar"})
    void refusesWhatIsNoAddressInOneLine(String url) {
        CommandRun run = CommandRun.of("health", "--url=" + url);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines()).singleElement().asString().startsWith("error: " + url + " is no http address: ");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0})
    void refusesATimeoutThatIsNone(int seconds) {
        CommandRun run = health("--timeout=" + seconds);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip()).isEqualTo("error: --timeout must be at least 1, not " + seconds);
    }

    @Test
    void takesATimeoutOfAMonth() {
        status = 200;
        assertThat(health("--timeout=2592000").exitCode()).isZero();
    }

    @Test
    void refusesAnAddressThatIsNotHttp() {
        CommandRun run = CommandRun.of("health", "--url=file:/readyz");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip()).isEqualTo("error: file:/readyz is no http address");
    }
}
