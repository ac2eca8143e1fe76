package dev.xception.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.classification.GatedClassifier;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.catalina.valves.AccessLogValve;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.servlet.ContextPath;

/** Refusals before the container, of a Tomcat whose container answers everything with 200. */
@Timeout(60)
class ServingProtocolTest {

    private static final String REFUSED = "HTTP/1.1 503";
    private static final String BY_THE_CONTAINER = "HTTP/1.1 200";

    private final GatedClassifier gated = new GatedClassifier();
    private final List<Future<?>> accepted = new ArrayList<>();
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final ApplicationAvailabilityBean availability = new ApplicationAvailabilityBean();
    private WebServer server;
    private Connection connection;

    /** One picture runs and one waits: there is no room for a third. */
    @BeforeEach
    @Timeout(60)
    void fillTheQueue() throws InterruptedException {
        readiness(ReadinessState.ACCEPTING_TRAFFIC);
        accepted.add(gated.run());
        accepted.add(gated.fillTheQueue());
    }

    @AfterEach
    @Timeout(60)
    void end() throws Exception {
        connection.close();
        server.stop();
        openTheGate();
        gated.close();
    }

    private void openTheGate() throws Exception {
        gated.open();
        for (Future<?> each : accepted) {
            each.get();
        }
    }

    private void readiness(ReadinessState state) {
        availability.onApplicationEvent(new AvailabilityChangeEvent<>(this, state));
    }

    private void serve() throws IOException {
        serve(_ -> {}, (path, _) -> told.add(path));
    }

    private void serve(Consumer<TomcatServletWebServerFactory> settings) throws IOException {
        serve(settings, (path, _) -> told.add(path));
    }

    private void serve(Consumer<TomcatServletWebServerFactory> settings, QuickRefusal.Listener listener)
            throws IOException {
        TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory(0);
        connector("maxSwallowSize", "300000").accept(factory);
        connector("continueResponseTiming", "onRead").accept(factory);
        settings.accept(factory);
        ServingProtocol.install(
                factory, new QuickRefusal(OverloadFixture.of(gated), OverloadFixture.JSON, availability, listener));
        server = factory.getWebServer(context -> context.addServlet("all", new HttpServlet() {
                    @Override
                    protected void service(HttpServletRequest request, HttpServletResponse response) {
                        response.setContentLength(0);
                        response.setHeader("let-in", String.valueOf(request.getAttribute(OverloadFilter.LET_IN)));
                    }
                })
                .addMapping("/"));
        server.start();
        connection = new Connection(server.getPort());
    }

    private static Consumer<TomcatServletWebServerFactory> connector(String property, String value) {
        return factory -> factory.addConnectorCustomizers(connector -> connector.setProperty(property, value));
    }

    private static byte[] upload(String path, String headers, byte[] body) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes("POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n%s\r\n"
                .formatted(path, headers)
                .getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(body);
        return request.toByteArray();
    }

    private static byte[] upload(int bytes) {
        return upload("/classify", "Content-Length: " + bytes + "\r\n", new byte[bytes]);
    }

    @Test
    void theConnectionGoesOnAfterAnUploadThatIsReadToItsEnd() throws Exception {
        serve();
        for (int i = 0; i < 3; i++) {
            assertThat(connection.exchange(upload(300_000)).status()).isEqualTo(REFUSED);
        }

        openTheGate();
        assertThat(connection.exchange(upload(100)).status()).isEqualTo(BY_THE_CONTAINER);
        assertThat(told).containsExactly("/classify", "/classify", "/classify");
    }

    @Test
    void theContainerIsToldOfWhatIsLetIn() throws Exception {
        serve();
        String close = "Connection: close\r\nContent-Length: 0\r\n";
        openTheGate();
        assertThat(connection.exchange(upload(100)).headers()).containsEntry("let-in", "true");
        assertThat(connection.exchange(upload("/classify", close, new byte[0])).headers())
                .containsEntry("let-in", "null");
    }

    @Test
    void requestsMayBeSentBeforeTheirForerunnersAreRefused() throws IOException {
        serve();
        ByteArrayOutputStream requests = new ByteArrayOutputStream();
        requests.writeBytes(upload(1000));
        requests.writeBytes(upload(100_000));
        requests.writeBytes("GET /models HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        connection.send(requests.toByteArray());

        assertThat(connection.answer().status()).isEqualTo(REFUSED);
        assertThat(connection.answer().status()).isEqualTo(REFUSED);
        assertThat(connection.answer().status()).isEqualTo(BY_THE_CONTAINER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/classify", "/embed", "/explain", "/classify/batch"})
    void aRefusalNamesItsPathAlsoAfterOthers(String path) throws IOException {
        serve();
        connection.exchange(upload(100));
        Connection.Answer refused = connection.exchange(upload(path, "Content-Length: 0\r\n", new byte[0]));
        assertThat(refused.body()).contains("\"instance\":\"" + path + "\"");
    }

    @Test
    void aCallerMaySayThatItsConnectionGoesOn() throws IOException {
        serve();
        byte[] request = upload("/classify", "Connection: Keep-Alive\r\nContent-Length: 0\r\n", new byte[0]);
        assertThat(connection.exchange(request).status()).isEqualTo(REFUSED);
    }

    @ParameterizedTest
    @CsvSource({
        "'Connection: close\r\nContent-Length: 0\r\n'",
        "'Connection: keep-alive\r\nConnection: close\r\nContent-Length: 0\r\n'",
        "'Connection: keep-alive, Upgrade\r\nContent-Length: 0\r\n'",
        "'Transfer-Encoding: chunked\r\n'",
        "'Expect: 100-continue\r\nContent-Length: 3\r\n'",
        "'Content-Length: 400000\r\n'",
    })
    void whatCannotGoOnIsLeftToTheContainer(String headers) throws IOException {
        serve();
        assertThat(connection
                        .exchange(upload("/classify", headers, new byte[0]))
                        .status())
                .isEqualTo(BY_THE_CONTAINER);
        assertThat(told).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/classifyx", "/classify;a=b", "/%63lassify", "/models"})
    void whatRunsNoModelIsLeftToTheContainer(String path) throws IOException {
        serve();
        assertThat(connection
                        .exchange(upload(path, "Content-Length: 0\r\n", new byte[0]))
                        .status())
                .isEqualTo(BY_THE_CONTAINER);
    }

    @Test
    void whatIsNoRequestIsLeftToTheContainer() throws IOException {
        serve();
        byte[] two = upload("/classify", "Content-Length: 3\r\nContent-Length: 4\r\n", new byte[3]);
        assertThat(connection.exchange(two).status()).isEqualTo("HTTP/1.1 400");
    }

    @ParameterizedTest
    @CsvSource({"3, 2", "1, 0", "-1, 4"})
    void theLastRequestOfAConnectionIsLeftToTheContainer(String most, int refused) throws IOException {
        serve(connector("maxKeepAliveRequests", most));
        for (int i = 0; i < refused; i++) {
            assertThat(connection.exchange(upload(100)).status()).isEqualTo(REFUSED);
        }
        if (!most.equals("-1")) {
            Connection.Answer last = connection.exchange(upload(100));
            assertThat(last.status()).isEqualTo(BY_THE_CONTAINER);
            assertThat(last.closes()).isTrue();
        }
    }

    @Test
    void noConnectionIsKeptWhereOthersMayLackIt() throws IOException {
        // Tomcat counts one that it is ready to take, and may not have counted it yet.
        serve(connector("maxConnections", "4"));
        assertThat(connection.exchange(upload(100)).status()).isEqualTo(REFUSED);
        try (Connection _ = new Connection(server.getPort());
                Connection third = new Connection(server.getPort())) {
            assertThat(third.exchange(upload(100)).status()).isEqualTo(BY_THE_CONTAINER);
        }
    }

    @Test
    void aServerThatShutsDownKeepsNoConnection() throws IOException {
        serve();
        readiness(ReadinessState.REFUSING_TRAFFIC);
        assertThat(connection.exchange(upload(100)).status()).isEqualTo(BY_THE_CONTAINER);
    }

    @Test
    void whatHasToBeInTheAccessLogIsLeftToTheContainer() throws IOException {
        AccessLogValve log = new AccessLogValve();
        log.setEnabled(false);
        serve(factory -> factory.addEngineValves(log));
        assertThat(connection.exchange(upload(100)).status()).isEqualTo(BY_THE_CONTAINER);
    }

    @Test
    void pathsAreToldBelowTheContextPath() throws IOException {
        serve(factory -> factory.getSettings().setContextPath(ContextPath.of("/vision")));
        Connection.Answer refused = connection.exchange(upload("/vision/embed", "Content-Length: 0\r\n", new byte[0]));
        assertThat(refused.status()).isEqualTo(REFUSED);
        assertThat(refused.body()).contains("\"instance\":\"/vision/embed\"");
        assertThat(connection
                        .exchange(upload("/visionclassify", "Content-Length: 0\r\n", new byte[0]))
                        .status())
                .isEqualTo("HTTP/1.1 404");
        assertThat(told).containsExactly("/embed");
    }

    /** A caller who stops in the middle of a refused upload is waited for no longer than one who uploads. */
    @Test
    void anUploadThatStopsEndsTheConnection() throws IOException {
        serve(connector("connectionTimeout", "500"));
        Connection.Answer refused = connection.exchange(upload("/classify", "Content-Length: 1000\r\n", new byte[10]));
        assertThat(refused.status()).isEqualTo(REFUSED);
        assertThat(connection.hasEnded()).isTrue();
    }

    /** It would be taken for the answer to the next request. */
    @Test
    void nothingFollowsARefusalAlsoWhereItsListenerFails() throws IOException {
        serve(_ -> {}, (_, _) -> {
            throw new IllegalStateException("no meter");
        });
        assertThat(connection.exchange(upload(100)).status()).isEqualTo(REFUSED);
        assertThat(connection.hasEnded()).isTrue();
    }

    /** Whether the end comes before the refusal is written, while it is, or after it, nobody can tell. */
    @Test
    void callersWhoAreGoneDisturbNobody() throws IOException {
        serve();
        for (int i = 0; i < 20; i++) {
            try (Socket gone = new Socket("localhost", server.getPort())) {
                gone.setSoLinger(true, 0);
                gone.getOutputStream().write(upload(300_000), 0, 1000);
            }
        }
        assertThat(connection.exchange(upload(100)).status()).isEqualTo(REFUSED);
    }
}
