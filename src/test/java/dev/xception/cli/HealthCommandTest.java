package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

    private CommandRun health() {
        String host = server.getAddress().getHostString();
        return CommandRun.of(
                "health", "--url=http://" + host + ":" + server.getAddress().getPort() + "/readyz");
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
    void refusesAnAddressThatIsNotHttp() {
        CommandRun run = CommandRun.of("health", "--url=file:/readyz");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip()).isEqualTo("error: file:/readyz is no http address");
    }
}
