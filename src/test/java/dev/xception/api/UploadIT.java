package dev.xception.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.TinyModel;
import dev.xception.XceptionApplication;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Bodies that come slowly, in chunks, by halves or not at all, byte by byte over sockets of our own. */
@Timeout(60)
@SpringBootTest(
        classes = XceptionApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "xception.model.names=colours",
            "xception.session.provider=cpu",
            "xception.admission.max-bytes=1MB",
            "xception.admission.max-requests=3",
            "xception.admission.max-pixels=2000",
            "xception.image.max-bytes=1MB",
            "xception.request.max-bytes=1MB",
            "server.tomcat.max-swallow-size=1KB",
            "xception.batch.queue-capacity=2"
        })
class UploadIT {

    private static final String FORM = "multipart/form-data; boundary=x";
    private static final String PART = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";

    @TempDir
    static Path models;

    @LocalServerPort
    int port;

    @LocalManagementPort
    int managementPort;

    private final List<Socket> sockets = new ArrayList<>();

    @DynamicPropertySource
    static void model(DynamicPropertyRegistry registry) {
        registry.add("xception.model.directory", () -> TinyModel.create(models));
    }

    @BeforeEach
    @Timeout(60)
    void nothingIsInFlight() {
        awaitInFlight(0);
    }

    /** Whatever a test has sent, nothing of it stays, and the next picture is classified. */
    @AfterEach
    @Timeout(60)
    void theServerIsIdleAndAnswers() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        awaitInFlight(0);
        assertThat(new Http(port).post("/classify", "image/png", red()).status())
                .isEqualTo(200);
    }

    private static byte[] red() {
        return TinyModel.picture(Color.RED, 40, 20, "png");
    }

    private double gauge(String name) {
        return new Http(managementPort)
                .get("/actuator/metrics/" + name)
                .json()
                .at("/measurements/0/value")
                .asDouble();
    }

    private void awaitInFlight(int requests) {
        while (gauge("xception.admission.requests") != requests) {
            LockSupport.parkNanos(10_000_000);
        }
    }

    /** A request whose body is still to come. */
    private Socket begin(String contentType, String length, long timeoutMillis) throws IOException {
        Socket socket = new Socket("localhost", port);
        sockets.add(socket);
        String head = String.join(
                "\r\n",
                "POST /classify HTTP/1.1",
                "Host: localhost",
                "Content-Type: " + contentType,
                length,
                "X-Request-Timeout: " + timeoutMillis,
                "",
                "");
        send(socket, head);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String status(Socket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    }

    /** A byte again and again, until the other side has closed the connection. */
    private static void trickle(Socket socket) {
        Thread.startVirtualThread(() -> {
            try {
                OutputStream out = socket.getOutputStream();
                while (true) {
                    out.write('x');
                    LockSupport.parkNanos(50_000_000);
                }
            } catch (IOException e) {
                // As it should be.
            }
        });
    }

    /** Of a body that begins so and goes on in single bytes without an end. */
    private String statusOfTrickle(String contentType, String length, String begun) throws IOException {
        Socket socket = begin(contentType, length, 300);
        send(socket, begun);
        trickle(socket);
        return status(socket);
    }

    @Test
    void aBodyThatTricklesEndsAtItsDeadline() throws IOException {
        assertThat(statusOfTrickle("image/png", "Content-Length: 1000", "")).isEqualTo("HTTP/1.1 408");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "--x\r\n", "--x\r\nContent-Disposition: form-data; name=", PART})
    void aFormThatTricklesEndsAtItsDeadline(String begun) throws IOException {
        assertThat(statusOfTrickle(FORM, "Content-Length: 1000", begun)).isEqualTo("HTTP/1.1 408");
    }

    @Test
    void aBodyThatStopsComingIsNotWaitedForUntilTheDeadline() throws IOException {
        Socket socket = begin("image/png", "Content-Length: 1000", 60_000);
        send(socket, "x");
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(answer)
                .startsWith("HTTP/1.1 408")
                .contains("application/problem+json")
                .contains("urn:xception:problem:upload-timeout");
    }

    @Test
    void aChunkWithAnEndlessHeadIsNoRequest() throws IOException {
        assertThat(statusOfTrickle("image/png", "Transfer-Encoding: chunked", "1;"))
                .isEqualTo("HTTP/1.1 400");
    }

    @Test
    void endlessLinesBehindTheLastChunkAreNoRequest() throws IOException {
        assertThat(statusOfTrickle("image/png", "Transfer-Encoding: chunked", "0\r\na: "))
                .isEqualTo("HTTP/1.1 400");
    }

    @Test
    void aBodyOfUnknownLengthHoldsWhatHasCome() throws Exception {
        Socket raw = begin("image/png", "Transfer-Encoding: chunked", 60_000);
        send(raw, "5\r\nabcde\r\n");
        Socket form = begin(FORM, "Transfer-Encoding: chunked", 60_000);
        send(form, Integer.toHexString(PART.length()) + "\r\n" + PART + "\r\n");
        awaitInFlight(2);
        while (gauge("xception.admission.bytes") != 5 + PART.length()) {
            LockSupport.parkNanos(10_000_000);
        }

        Http.Answer answer = new Http(port).post("/classify", "image/png", red());
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    @Test
    void aBodyOfUnknownLengthIsRefusedWhenThereIsNoRoomForMore() throws Exception {
        begin("image/png", "Content-Length: 600000", 60_000);
        awaitInFlight(1);
        Socket other = begin("image/png", "Transfer-Encoding: chunked", 60_000);
        String chunk = "61A80\r\n" + "x".repeat(400_000) + "\r\n";
        send(other, chunk);
        send(other, chunk);
        assertThat(status(other)).isEqualTo("HTTP/1.1 503");
    }

    @Test
    void aRefusedBodyIsReadToItsEndSoThatTheRefusalIsSeen() throws IOException {
        Socket socket = begin("image/png", "Content-Length: 900000\r\nAccept: text/plain", 60_000);
        send(socket, "x".repeat(900_000));
        send(socket, "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(answers).startsWith("HTTP/1.1 406").contains("HTTP/1.1 200");
    }

    /** The whole of a request, and what comes behind it. */
    private Socket classify(String behind) throws IOException {
        byte[] picture = red();
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes("""
                POST /classify HTTP/1.1\r
                Host: localhost\r
                Content-Type: image/png\r
                Content-Length: %d\r
                \r
                """.formatted(picture.length).getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(picture);
        request.writeBytes(behind.getBytes(StandardCharsets.US_ASCII));
        Socket socket = new Socket("localhost", port);
        sockets.add(socket);
        socket.getOutputStream().write(request.toByteArray());
        return socket;
    }

    /** Until the end comes in time: it may be there only after the answer. */
    @Test
    void nothingIsRunForACallerThatHasHungUp() throws IOException {
        String answer;
        do {
            Socket socket = classify("");
            socket.shutdownOutput();
            answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).containsPattern("^HTTP/1.1 (200|499)");
        } while (answer.startsWith("HTTP/1.1 200"));

        assertThat(answer).contains("application/problem+json").contains("urn:xception:problem:caller-gone");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G"})
    void aCallerThatSendsItsNextRequestBeforeTheAnswerIsStillThere(String begun) throws IOException {
        String next = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        for (int i = 0; i < 20; i++) {
            Socket socket = classify(begun);
            send(socket, next.substring(begun.length()));

            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answers).startsWith("HTTP/1.1 200").contains("0\r\n\r\nHTTP/1.1 200");
        }
    }

    @Test
    void aBatchIsOneRequestWhosePicturesWaitForEachOther() {
        byte[] picture = TinyModel.picture(Color.RED, 40, 40, "png");
        Http.Answer answer = new Http(port).form("/classify/batch?top=1", "files", Collections.nCopies(8, picture));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().at("/results"))
                .hasSize(8)
                .allSatisfy(result -> assertThat(
                                result.at("/classification/predictions/0/label").asString())
                        .isEqualTo("red"));
    }

    @Test
    void aFileMayHaveALongName() {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.writeBytes(
                PART.replace("\"a\"", '"' + "%E3%81%82".repeat(255) + '"').getBytes(StandardCharsets.US_ASCII));
        form.writeBytes(red());
        form.writeBytes("\r\n--x--".getBytes(StandardCharsets.US_ASCII));

        Http.Answer answer = new Http(port).post("/classify", FORM, form.toByteArray());

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    @Test
    void aPictureOfUnknownLengthIsClassified() {
        Http http = new Http(port);
        Http.Answer answer = http.send(http.request("/classify")
                .header("Content-Type", "image/png")
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(red()))));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--x\r\nContent-Disposition: form-data; name=\"file\"\r\nContent-Type: multipart/mixed\r\n\r\n--x--",
                "--x\r\nContent-Disposition: form-data; name=\"file\"\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n--x--",
                "--x\r\n:::\r\n\r\n--x--",
                "--x\r\n\r\n",
                "--x",
                ""
            })
    void aBrokenFormIsTheCallersMistake(String body) {
        Http.Answer answer = new Http(port).post("/classify", FORM, body.getBytes(StandardCharsets.US_ASCII));
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    }
}
