package dev.xception.bench;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where pictures are sent, and what each is sent with.
 *
 * @param model the model that is asked for; without a value the server's default
 * @param timeout how long the server is told that it may take; without a value as long as it wants
 * @param patience after what time a caller hangs up, of which the server is not told; without a value never
 */
public record Target(
        URI server,
        @Nullable String model,
        @Nullable Duration timeout,
        @Nullable Duration patience) {

    private static final int HTTP = 80;

    public Target {
        if (!"http".equals(server.getScheme()) || server.getHost() == null) {
            throw new IllegalArgumentException("'" + server + "' is no http:// address");
        }
        if (!isLoopback(server.getHost())) {
            throw new IllegalArgumentException(
                    server + " is another machine: load is sent to this one alone (127.0.0.1)");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("no machine is called " + host, e);
        }
    }

    public Target withTimeout(Duration other) {
        return new Target(server, model, other, null);
    }

    public Target withPatience(Duration patience) {
        return new Target(server, model, null, patience);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(server.getHost(), server.getPort() < 0 ? HTTP : server.getPort());
    }

    /** The whole request for one encoded picture, ready to be written many times. */
    ByteBuffer request(byte[] picture) {
        String query = model == null ? "" : "?model=" + URLEncoder.encode(model, StandardCharsets.UTF_8);
        String head = "POST " + server.getRawPath().replaceFirst("/$", "") + "/classify" + query + " HTTP/1.1\r\n"
                + "Host: " + server.getRawAuthority() + "\r\n"
                + "Content-Type: application/octet-stream\r\n"
                + "Content-Length: " + picture.length + "\r\n"
                + (timeout == null ? "" : "X-Request-Timeout: " + timeout.toMillis() + "\r\n")
                + "\r\n";
        byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(headBytes.length + picture.length)
                .put(headBytes)
                .put(picture)
                .flip()
                .asReadOnlyBuffer();
    }
}
