package dev.xception.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.bench.Outcome.Answered;
import dev.xception.bench.Outcome.HungUp;
import dev.xception.bench.Outcome.Lost;
import dev.xception.bench.Outcome.NotAccepted;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a socket that does what the test wants, also what no server should do. */
@Timeout(30)
class HttpConnectionTest {

    private static final byte[] PICTURE = new byte[100_000];

    private ServerSocket server;
    private HttpConnection connection;
    private ByteBuffer request;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Target target = new Target(URI.create("http://127.0.0.1:" + server.getLocalPort()), null, null, null);
        connection = new HttpConnection(target.address(), null);
        request = target.request(PICTURE);
    }

    @AfterEach
    void stop() throws IOException {
        connection.close();
        server.close();
    }

    /** What the server does with one connection. */
    private interface Script {
        void run(Socket socket) throws IOException;
    }

    private Thread serve(Script script) {
        return Thread.ofVirtual().start(() -> {
            try (Socket socket = server.accept()) {
                script.run(socket);
            } catch (IOException e) {
                // The test sees what the client sees.
            }
        });
    }

    private void readRequest(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        assertThat(in.readNBytes(request.remaining())).hasSize(request.remaining());
    }

    private static void answer(Socket socket, String answer) throws IOException {
        socket.getOutputStream().write(answer.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void readsAnAnswerOfKnownLengthAndKeepsTheConnection() {
        serve(socket -> {
            for (int status : new int[] {200, 503}) {
                readRequest(socket);
                answer(socket, "HTTP/1.1 " + status + " \nServer-Timing: queue;dur=2.5\nContent-Length: 4\n\nbody");
            }
        });
        assertThat(connection.send(request)).isEqualTo(new Answered(200, Map.of("queue", 2.5)));
        assertThat(connection.send(request)).isEqualTo(new Answered(503, Map.of("queue", 2.5)));
    }

    @Test
    void readsAChunkedAnswerToItsEnd() {
        serve(socket -> {
            for (int i = 0; i < 2; i++) {
                readRequest(socket);
                answer(socket, "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\na;x=y\n0123456789\n0\n\n");
            }
        });
        assertThat(connection.send(request)).isEqualTo(new Answered(200, Map.of()));
        assertThat(connection.send(request)).isEqualTo(new Answered(200, Map.of()));
    }

    @Test
    void saysWhenTheRequestWasSentWholeAndOnlyThen() throws IOException {
        AtomicInteger sentWhole = new AtomicInteger();
        serve(socket -> {
            readRequest(socket);
            answer(socket, "HTTP/1.1 200 OK\nContent-Length: 0\n\n");
        });
        assertThat(connection.send(request, sentWhole::incrementAndGet)).isEqualTo(new Answered(200, Map.of()));
        assertThat(sentWhole).hasValue(1);
        server.close();
        connection.close();
        assertThat(connection.send(request, sentWhole::incrementAndGet)).isEqualTo(new NotAccepted());
        assertThat(sentWhole).hasValue(1);
    }

    @Test
    void aRequestWithoutAnAnswerIsLost() {
        serve(this::readRequest);
        assertThat(connection.send(request)).isEqualTo(new Lost());
    }

    @Test
    void hangsUpWhenItsPatienceIsAtItsEnd() throws Exception {
        CountDownLatch hungUp = new CountDownLatch(1);
        Thread serving = serve(socket -> {
            readRequest(socket);
            assertThat(socket.getInputStream().read()).isNegative();
            hungUp.countDown();
        });
        try (var impatient = new HttpConnection(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()),
                Duration.ofMillis(500))) {
            assertThat(impatient.send(request)).isEqualTo(new HungUp());
            hungUp.await();
            serving.join();

            serve(socket -> {
                readRequest(socket);
                answer(socket, "HTTP/1.1 503 Busy\nContent-Length: 0\n\n");
            });
            Outcome next = impatient.send(request);
            assertThat(next).isIn(new Answered(503, Map.of()), new HungUp());
        }
    }

    @Test
    void halfAnAnswerIsNone() {
        serve(socket -> {
            readRequest(socket);
            answer(socket, "HTTP/1.1 200 OK\nContent-Length: 100\n\nonly this");
        });
        assertThat(connection.send(request)).isEqualTo(new Lost());
    }

    @Test
    void aRefusedConnectionWasNeverAccepted() throws IOException {
        server.close();
        assertThat(connection.send(request)).isEqualTo(new NotAccepted());
    }

    @Test
    void aConnectionThatTheServerClosedWhileItWasIdleIsMadeAnew() throws InterruptedException {
        Thread first = serve(socket -> {
            readRequest(socket);
            answer(socket, "HTTP/1.1 200 OK\nContent-Length: 0\n\n");
        });
        assertThat(connection.send(request)).isEqualTo(new Answered(200, Map.of()));
        first.join();
        serve(socket -> {
            readRequest(socket);
            answer(socket, "HTTP/1.1 204 \n\n");
        });
        assertThat(connection.send(request)).isEqualTo(new Answered(204, Map.of()));
    }

    @Test
    void aServerThatAnnouncesItsCloseIsNotSentAnotherRequest() throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        Thread first = serve(socket -> {
            readRequest(socket);
            answer(socket, "HTTP/1.1 200 OK\nConnection: close\nContent-Length: 0\n\n");
            answered.countDown();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        });
        assertThat(connection.send(request)).isEqualTo(new Answered(200, Map.of()));
        first.join();
    }

    @Test
    void readsARefusalThatComesBeforeTheWholeRequestIsRead() {
        serve(socket -> {
            socket.getInputStream().readNBytes(100);
            answer(socket, "HTTP/1.1 503 \nConnection: close\nContent-Length: 0\n\n");
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        });
        assertThat(connection.send(request)).isEqualTo(new Answered(503, Map.of()));
    }

    @Test
    void closingEndsASendInProgress() throws InterruptedException {
        CountDownLatch sent = new CountDownLatch(1);
        serve(socket -> {
            readRequest(socket);
            sent.countDown();
            socket.getInputStream().readAllBytes();
        });
        Thread closer = Thread.ofVirtual().start(() -> {
            try {
                sent.await();
                connection.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(connection.send(request)).isEqualTo(new Lost());
        closer.join();
        assertThat(connection.send(request)).isEqualTo(new NotAccepted());
    }
}
