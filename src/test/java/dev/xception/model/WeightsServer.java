package dev.xception.model;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on the loopback interface whose behaviour is set path by path; it remembers what it was asked. */
final class WeightsServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    WeightsServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.start();
    }

    URI at(String path, HttpHandler handler) {
        server.createContext(path, exchange -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            requests.add(exchange.getRequestURI() + (range == null ? "" : " " + range));
            handler.handle(exchange);
        });
        return URI.create("http://" + server.getAddress().getHostString() + ":" + port() + path);
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Every request's address, with its range if it had one. */
    List<String> requests() {
        return requests;
    }

    /** Serves the file whole, or the part of it that a range asks for. */
    static HttpHandler file(byte[] bytes) {
        return exchange -> {
            int from = from(exchange);
            if (from > 0) {
                exchange.getResponseHeaders()
                        .set("Content-Range", "bytes %d-%d/%d".formatted(from, bytes.length - 1, bytes.length));
            }
            send(exchange, from > 0 ? 206 : 200, bytes.length - from, Arrays.copyOfRange(bytes, from, bytes.length));
        };
    }

    /** As {@link #file}, but every connection breaks after so many bytes. */
    static HttpHandler breakingEvery(int count, byte[] bytes) {
        return exchange -> {
            int from = from(exchange);
            if (from > 0) {
                exchange.getResponseHeaders()
                        .set("Content-Range", "bytes %d-%d/%d".formatted(from, bytes.length - 1, bytes.length));
            }
            int to = Math.min(bytes.length, from + count);
            send(exchange, from > 0 ? 206 : 200, bytes.length - from, Arrays.copyOfRange(bytes, from, to));
        };
    }

    /** Answers with this status and nothing else. */
    static HttpHandler status(int status) {
        return exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        };
    }

    /** Promises a length and sends these bytes; fewer bytes break the connection. */
    static void send(HttpExchange exchange, int status, long length, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(status, length);
        exchange.getResponseBody().write(bytes);
        exchange.getResponseBody().flush();
        exchange.close();
    }

    private static int from(HttpExchange exchange) {
        String range = exchange.getRequestHeaders().getFirst("Range");
        return range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
