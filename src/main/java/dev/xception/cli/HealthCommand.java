package dev.xception.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks a running server whether it is ready. */
@Command(name = "health", description = "Exit 0 if the server is ready, else 1: for a container's health check.")
final class HealthCommand implements Callable<Integer> {

    private static final int MAX_PORT = 65_535;

    private final Terminal terminal;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "What to ask (default: /readyz on this machine, by SERVER_PORT and SERVER_SERVLET_CONTEXTPATH).")
    URI url = serverOf(System.getenv());

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "3",
            description = "How long to wait for the answer (default: ${DEFAULT-VALUE}).")
    int timeoutSeconds;

    @Option(
            names = "--classify",
            description = "Also have a picture classified, at the path beside it, and print the answer.")
    boolean classify;

    /** The address of a server with these environment variables. */
    static URI serverOf(Map<String, String> environment) {
        String path = environment.getOrDefault(
                "SERVER_SERVLET_CONTEXTPATH", environment.getOrDefault("SERVER_SERVLET_CONTEXT_PATH", ""));
        return URI.create("http://localhost:" + environment.getOrDefault("SERVER_PORT", "8080")
                + (path.endsWith("/") ? path.substring(0, path.length() - 1) : path) + "/readyz");
    }

    HealthCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (timeoutSeconds < 1) {
            throw new CommandException("--timeout must be at least 1, not " + timeoutSeconds);
        }
        answer(url, null);
        terminal.print("ready");
        if (classify) {
            terminal.print(answer(url.resolve(url.getPath().isEmpty() ? "/classify" : "classify"), bitmap(299, 299)));
        }
        return 0;
    }

    /**
     * The body of a 200. Not by the newer client: this one starts in a third of the time.
     *
     * @param picture what to post; null to get
     */
    private String answer(URI address, byte @Nullable [] picture) {
        try {
            if (address.toURL().getPort() > MAX_PORT) {
                throw new CommandException(address + " is no http address: there is no such port");
            }
            if (!(address.toURL().openConnection() instanceof HttpURLConnection connection)) {
                throw new CommandException(address + " is no http address");
            }
            int milliseconds = (int) Math.min(timeoutSeconds * 1000L, Integer.MAX_VALUE);
            connection.setConnectTimeout(milliseconds);
            connection.setReadTimeout(milliseconds);
            if (picture != null) {
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", "image/bmp");
                connection.getOutputStream().write(picture);
            }
            if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
                throw new CommandException(address + " answers " + connection.getResponseCode());
            }
            try (InputStream body = connection.getInputStream()) {
                return new String(body.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (MalformedURLException | IllegalArgumentException e) {
            throw new CommandException(address + " is no http address: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CommandException(address + " does not answer: " + e.getMessage(), e);
        }
    }

    /** A picture in the simplest of formats: 24-bit BMP, a gradient. */
    private static byte[] bitmap(int width, int height) {
        int header = 54;
        int row = (3 * width + 3) / 4 * 4;
        ByteBuffer file = ByteBuffer.allocate(header + row * height).order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 'B').put((byte) 'M').putInt(file.capacity()).putInt(0).putInt(header);
        file.putInt(40).putInt(width).putInt(height).putShort((short) 1).putShort((short) 24);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int pixel = header + y * row + 3 * x;
                file.put(pixel, (byte) y).put(pixel + 1, (byte) x).put(pixel + 2, (byte) (x + y));
            }
        }
        return file.array();
    }
}
