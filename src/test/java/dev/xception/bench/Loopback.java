package dev.xception.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;

/** A small HTTP server; what it answers to its n-th request, from 0, is up to the test. */
final class Loopback implements AutoCloseable {

    static final List<byte[]> PICTURES = List.of("one".getBytes(StandardCharsets.UTF_8), new byte[200_000]);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger requests = new AtomicInteger();

    /**
     * @param status of the answer to request n; the call may take its time
     */
    Loopback(IntUnaryOperator status) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/classify", exchange -> answer(exchange, status));
        server.setExecutor(threads);
        server.start();
    }

    private void answer(HttpExchange exchange, IntUnaryOperator status) throws IOException {
        exchange.getRequestBody().readAllBytes();
        int code = status.applyAsInt(requests.getAndIncrement());
        byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Server-Timing", "decode;dur=1.5, inference;dur=20");
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    int requests() {
        return requests.get();
    }

    Target target() {
        return new Target(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), null, null, null);
    }

    Client client() {
        return new Client(target(), PICTURES);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
