package dev.xception.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, on ports that were free a moment ago. It stops with this, and with this process. */
public final class ServerProcess implements AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(1);
    private static final int LOG_LINES = 15;

    private final Process process;
    private final URI address;
    private final Path log;
    private final Thread killer;

    private ServerProcess(Process process, URI address, Path log) {
        this.process = process;
        this.address = address;
        this.log = log;
        this.killer = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
    }

    /**
     * Starts a server and returns when it is ready.
     *
     * @param command the program and its first arguments; settings follow as {@code --key=value}
     * @throws IOException if it cannot be started, ends, or is not ready in time; the message has the end of its log
     */
    public static ServerProcess start(List<String> command, List<String> settings)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(command);
        List<Integer> ports = freePorts(2);
        int port = ports.getFirst();
        arguments.add("--server.address=127.0.0.1");
        arguments.add("--server.port=" + port);
        arguments.add("--management.server.address=127.0.0.1");
        arguments.add("--management.server.port=" + ports.getLast());
        settings.forEach(setting -> arguments.add("--" + setting));
        Path log = Files.createTempFile("bench-server", ".log");
        Process process = new ProcessBuilder(arguments)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        ServerProcess server = new ServerProcess(process, URI.create("http://127.0.0.1:" + port), log);
        try {
            server.awaitReady(port);
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** All different: each is held until the last one is found. */
    static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            while (sockets.size() < count) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    /** The server listens only when its models are warm. */
    private void awaitReady(int port) throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!isReady(port)) {
            if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                throw new IOException("the server ended with exit code " + process.exitValue() + ":\n" + logEnd());
            }
            if (System.nanoTime() - giveUp > 0) {
                throw new IOException("the server is not ready after " + START_TIMEOUT + ":\n" + logEnd());
            }
        }
    }

    private static boolean isReady(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] head = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
            return new String(head, StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
        } catch (IOException e) {
            return false;
        }
    }

    /** What happened last; stack frames would leave no room for it. */
    private String logEnd() throws IOException {
        List<String> lines = Files.readAllLines(log).stream()
                .filter(line -> !line.startsWith("\tat "))
                .toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }

    public URI address() {
        return address;
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** Asks it to stop, as Kubernetes does: SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** Waits until it has ended. */
    public int exitCode() throws IOException, InterruptedException {
        if (!process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException("the server still runs " + STOP_TIMEOUT + " after SIGTERM:\n" + logEnd());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(log);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // A temporary file stays behind.
        }
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException e) {
            // This process is ending, and the hook runs.
        }
    }
}
