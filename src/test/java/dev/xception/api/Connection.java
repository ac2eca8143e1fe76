package dev.xception.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One connection of a caller who sends bytes of its own making. */
final class Connection implements AutoCloseable {

    private final Socket socket;

    Connection(int port) throws IOException {
        this.socket = new Socket("localhost", port);
        // A test's timeout does not end a read.
        socket.setSoTimeout(30_000);
    }

    /**
     * What came back.
     *
     * @param status protocol and number
     * @param headers by their names in lower case
     * @param body as long as Content-Length says
     */
    record Answer(String status, Map<String, String> headers, String body) {

        boolean closes() {
            return "close".equals(headers.get("connection"));
        }
    }

    void send(byte[] request) throws IOException {
        socket.getOutputStream().write(request);
    }

    Answer exchange(byte[] request) throws IOException {
        send(request);
        return answer();
    }

    /** The next answer. */
    Answer answer() throws IOException {
        InputStream in = socket.getInputStream();
        String status = line(in);
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
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

    /** Whether the server ends the connection and sends nothing before. */
    boolean hasEnded() throws IOException {
        return socket.getInputStream().read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
