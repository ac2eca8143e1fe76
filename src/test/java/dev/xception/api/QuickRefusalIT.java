package dev.xception.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.TinyModel;
import dev.xception.XceptionApplication;
import dev.xception.classification.Classifiers;
import dev.xception.classification.GatedClassifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** What an overloaded server answers, and what becomes of the connection. */
@Timeout(60)
@DirtiesContext(classMode = DirtiesContext.ClassMode.AFTER_EACH_TEST_METHOD)
@SpringBootTest(
        classes = {XceptionApplication.class, QuickRefusalIT.Overloaded.class},
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "xception.model.names=colours",
            "xception.session.provider=cpu",
            "xception.image.max-bytes=300KB",
            "xception.request.max-bytes=300KB",
            "server.tomcat.max-swallow-size=300KB",
            "server.tomcat.max-keep-alive-requests=4",
            "server.tomcat.connection-timeout=500ms"
        })
class QuickRefusalIT {

    private static final String PATH = "/classify?top=1";

    @TempDir
    static Path models;

    @LocalServerPort
    int port;

    @LocalManagementPort
    int managementPort;

    @Autowired
    GatedClassifier gated;

    @Autowired
    ApplicationContext context;

    private Future<?> running;
    private Future<?> waiting;

    /** A classifier whose runs end when the test wants it. */
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

    /** One picture runs and one waits: there is no room for a third. */
    @BeforeEach
    @Timeout(60)
    void fillTheQueue() throws InterruptedException {
        running = gated.run();
        waiting = gated.fillTheQueue();
    }

    @AfterEach
    @Timeout(60)
    void openTheGate() throws Exception {
        gated.open();
        running.get();
        waiting.get();
    }

    /** A head with its names in lower case, and a body. */
    private record Answer(String status, Map<String, String> headers, String body) {

        boolean closes() {
            return "close".equals(headers.get("connection"));
        }
    }

    private static byte[] upload(String version, String headers, byte[] body) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes("POST %s HTTP/%s\r\nHost: localhost\r\nContent-Type: image/png\r\n%s\r\n"
                .formatted(PATH, version, headers)
                .getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(body);
        return request.toByteArray();
    }

    private static byte[] upload(byte[] body) {
        return upload("1.1", "Content-Length: " + body.length + "\r\n", body);
    }

    private static Answer exchange(Socket socket, byte[] request) throws IOException {
        socket.getOutputStream().write(request);
        InputStream in = socket.getInputStream();
        String status = line(in);
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            headers.put(
                    line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT),
                    line.substring(line.indexOf(':') + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        return new Answer(status, headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            assertThat(c).as("end of the connection after '%s'", line).isNotNegative();
            line.write(c);
        }
        return line.toString(StandardCharsets.US_ASCII).strip();
    }

    private Socket connect() throws IOException {
        return new Socket("localhost", port);
    }

    @Test
    void theConnectionGoesOnAfterAnUploadThatIsReadToItsEnd() throws Exception {
        try (Socket socket = connect()) {
            for (int i = 0; i < 3; i++) {
                Answer refused = exchange(socket, upload(new byte[300_000]));
                assertThat(refused.status()).isEqualTo("HTTP/1.1 503");
                assertThat(refused.closes()).isFalse();
            }
            openTheGate();
            assertThat(exchange(socket, upload(GatedClassifier.PICTURE)).status())
                    .isEqualTo("HTTP/1.1 200");
        }
    }

    /** The last request that a connection may carry is announced as such. */
    @Test
    void theLastAnswerOfAConnectionSaysSo() throws IOException {
        try (Socket socket = connect()) {
            for (int i = 0; i < 3; i++) {
                assertThat(exchange(socket, upload(new byte[100])).closes()).isFalse();
            }
            Answer last = exchange(socket, upload(new byte[100]));
            assertThat(last.status()).isEqualTo("HTTP/1.1 503");
            assertThat(last.closes()).isTrue();
            assertThat(socket.getInputStream().read()).isNegative();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1.1, 'Connection: close\r\nContent-Length: 3\r\n'",
        "1.0, 'Content-Length: 3\r\n'",
        "1.1, 'Transfer-Encoding: chunked\r\n'",
        "1.1, 'Expect: 100-continue\r\nContent-Length: 3\r\n'",
        "1.1, 'Content-Length: 400000\r\n'",
    })
    void whereItCannotGoOnTheCallerIsTold(String version, String headers) throws IOException {
        String body = headers.contains("Transfer") ? "3\r\nabc\r\n0\r\n\r\n" : headers.contains("Expect") ? "" : "abc";
        try (Socket socket = connect()) {
            Answer refused = exchange(socket, upload(version, headers, body.getBytes(StandardCharsets.US_ASCII)));
            assertThat(refused.status()).isEqualTo("HTTP/1.1 503");
            assertThat(refused.closes()).isTrue();
        }
    }

    @Test
    void whatIsNoRequestIsNotRefusedButWrong() throws IOException {
        try (Socket socket = connect()) {
            Answer wrong = exchange(socket, upload("1.1", "Content-Length: 3\r\nContent-Length: 4\r\n", new byte[3]));
            assertThat(wrong.status()).isEqualTo("HTTP/1.1 400");
        }
    }

    @Test
    void callersAreToldToLeaveAServerThatIsShuttingDown() throws IOException {
        AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
        try (Socket socket = connect()) {
            Answer refused = exchange(socket, upload(new byte[100]));
            assertThat(refused.status()).isEqualTo("HTTP/1.1 503");
            assertThat(refused.closes()).isTrue();
        }
    }

    @Test
    void bothWaysGiveTheSameAnswerAndAreCounted() throws IOException {
        Answer quick;
        Answer slow;
        try (Socket socket = connect()) {
            quick = exchange(socket, upload(new byte[100]));
            slow = exchange(socket, upload("1.1", "Connection: close\r\nContent-Length: 100\r\n", new byte[100]));
        }
        assertThat(slow.headers()).containsEntry("connection", "close");
        slow.headers().remove("connection");
        assertThat(quick.headers().remove("date")).isNotNull();
        assertThat(slow.headers().remove("date")).isNotNull();
        assertThat(quick).isEqualTo(slow);
        assertThat(quick.headers())
                .containsEntry("retry-after", "1")
                .containsEntry("content-type", "application/problem+json")
                .containsEntry("x-content-type-options", "nosniff");
        assertThat(quick.body()).contains("urn:xception:problem:overloaded", "\"instance\":\"/classify\"");
        assertThat(counted()).isEqualTo(2);
    }

    /** Refusals that the scrape shows under one set of tags. */
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

    /** A caller who stops in the middle of a refused upload holds nothing for longer than one who uploads. */
    @Test
    void anUploadThatStopsIsNotWaitedForWithoutEnd() throws IOException {
        try (Socket socket = connect()) {
            Answer refused = exchange(socket, upload("1.1", "Content-Length: 1000\r\n", new byte[10]));
            assertThat(refused.status()).isEqualTo("HTTP/1.1 503");
            assertThat(socket.getInputStream().read()).isNegative();
        }
    }
}
