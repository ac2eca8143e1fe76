package dev.xception.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.TinyModel;
import dev.xception.XceptionApplication;
import dev.xception.classification.Classifiers;
import dev.xception.classification.GatedClassifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** What a server with a full queue answers, before the servlet container and behind it. */
@Timeout(60)
@SpringBootTest(
        classes = {XceptionApplication.class, QuickRefusalIT.Overloaded.class},
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "xception.model.names=colours",
            "xception.session.provider=cpu",
        })
class QuickRefusalIT {

    @TempDir
    static Path models;

    @LocalServerPort
    int port;

    @LocalManagementPort
    int managementPort;

    @Autowired
    GatedClassifier gated;

    /** A classifier that has no room, until it is closed with the server. */
    @TestConfiguration(proxyBeanMethods = false)
    static class Overloaded {

        @Bean
        GatedClassifier gated() {
            return new GatedClassifier();
        }

        @Bean
        @Primary
        Classifiers gatedClassifiers(GatedClassifier gated) {
            return new Classifiers(List.of(gated.classifier()));
        }
    }

    @DynamicPropertySource
    static void model(DynamicPropertyRegistry registry) {
        registry.add("xception.model.directory", () -> TinyModel.create(models));
    }

    @BeforeEach
    @Timeout(60)
    void fillTheQueue() throws InterruptedException {
        if (gated.hasRoom()) {
            assertThat(gated.run()).isNotDone();
            assertThat(gated.fillTheQueue()).isNotDone();
        }
    }

    private Connection.Answer answer(String version, String headers, String body) throws IOException {
        try (Connection connection = new Connection(port)) {
            return connection.exchange("POST /classify?top=1 HTTP/%s\r\nHost: localhost\r\n%s\r\n%s"
                    .formatted(version, headers, body)
                    .getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Refusals that the scrape shows under Spring's tags. */
    private long counted() {
        return new Http(managementPort)
                .get("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith("http_server_requests_seconds_count{error=\"none\",exception=\"none\","
                        + "method=\"POST\",outcome=\"SERVER_ERROR\",status=\"503\",uri=\"/classify\"}"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** Requests are counted when their callers have the answer. */
    private void awaitCounted(long requests) {
        while (counted() < requests) {
            LockSupport.parkNanos(10_000_000);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1.1, 'Connection: close\r\nContent-Length: 3\r\n', abc",
        "1.0, 'Content-Length: 3\r\n', abc",
        "1.1, 'Transfer-Encoding: chunked\r\n', '3\r\nabc\r\n0\r\n\r\n'",
        "1.1, 'Expect: 100-continue\r\nContent-Length: 3\r\n', ''",
    })
    void bothWaysGiveTheSameAnswerAndAreCounted(String version, String headers, String body) throws IOException {
        long before = counted();
        Connection.Answer quick = answer("1.1", "Content-Length: 3\r\n", "abc");
        Connection.Answer behind = answer(version, headers, body);

        assertThat(quick.closes()).isFalse();
        assertThat(behind.headers().remove("connection")).isEqualTo("close");
        assertThat(quick.headers().remove("date")).isNotNull();
        assertThat(behind.headers().remove("date")).isNotNull();
        assertThat(behind).isEqualTo(quick);
        awaitCounted(before + 2);
        assertThat(counted()).isEqualTo(before + 2);
    }

    @Test
    void aRefusalIsAProblem() throws IOException {
        long before = counted();
        Connection.Answer refused = answer("1.1", "Content-Length: 3\r\n", "abc");
        awaitCounted(before + 1);
        assertThat(refused.status()).isEqualTo("HTTP/1.1 503");
        assertThat(refused.headers())
                .containsEntry("retry-after", "1")
                .containsEntry("content-type", "application/problem+json")
                .containsEntry("x-content-type-options", "nosniff");
        assertThat(refused.body()).contains("urn:xception:problem:overloaded", "\"instance\":\"/classify\"");
    }
}
