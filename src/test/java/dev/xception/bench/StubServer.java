package dev.xception.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A server for a process of its own, which answers one request in 20 ms and lets only so many in. At SIGTERM it answers all that
 * it has with one status, and refuses what comes then.
 */
final class StubServer {

    private static final int SERVICE_MILLIS = 20;

    private final int statusAtEnd;
    private final Semaphore room;
    private final Semaphore turn = new Semaphore(1, true);
    private final CountDownLatch ending = new CountDownLatch(1);
    private final CountDownLatch lastCall = new CountDownLatch(1);

    private StubServer(int statusAtEnd, int room) {
        this.statusAtEnd = statusAtEnd;
        this.room = new Semaphore(room);
    }

    /** The command that starts one. */
    static List<String> command(int statusAtEnd, int room) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                StubServer.class.getName(),
                Integer.toString(statusAtEnd),
                Integer.toString(room));
    }

    public static void main(String[] arguments) throws IOException {
        StubServer stub = new StubServer(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        int port = List.of(arguments).stream()
                .filter(argument -> argument.startsWith("--server.port="))
                .mapToInt(argument -> Integer.parseInt(argument.substring(argument.indexOf('=') + 1)))
                .findFirst()
                .orElseThrow();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(threads);
        server.createContext("/readyz", exchange -> answer(exchange, 200));
        server.createContext("/classify", stub::classify);
        Runtime.getRuntime().addShutdownHook(new Thread(stub::end));
        server.start();
    }

    private void classify(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        boolean ended = ending.getCount() == 0;
        if (ended || !room.tryAcquire()) {
            answer(exchange, 503);
            return;
        }
        int status;
        try {
            status = run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } finally {
            room.release();
        }
        answer(exchange, status);
    }

    private int run() throws InterruptedException {
        turn.acquire();
        try {
            return ending.await(SERVICE_MILLIS, TimeUnit.MILLISECONDS) ? statusAtEnd : 200;
        } finally {
            turn.release();
        }
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    /** Gives those who are answered, and those who come then, some time. */
    private void end() {
        ending.countDown();
        try {
            lastCall.await(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
