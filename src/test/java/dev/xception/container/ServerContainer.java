package dev.xception.container;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The image under test, confined as the chart confines it: read-only root, no capabilities, no new privileges, a scratch
 * folder that nothing can be executed from. Without another volume it serves random weights from an empty one.
 */
final class ServerContainer extends GenericContainer<ServerContainer> {

    static final int HTTP = 8080;
    static final int MANAGEMENT = 8081;

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    ServerContainer() {
        super(Objects.requireNonNull(System.getProperty("xception.image")));
        withExposedPorts(HTTP, MANAGEMENT);
        withEnv("XCEPTION_MODEL_WHENMISSING", "untrained");
        withEnv("https_proxy", "http://127.0.0.1:9"); // nobody listens: no weights can be downloaded
        withEnv("XCEPTION_REQUEST_TIMEOUT", "60s");
        withCreateContainerCmdModifier(command -> {
            HostConfig host = Objects.requireNonNull(command.getHostConfig());
            host.withReadonlyRootfs(true)
                    .withCapDrop(Capability.ALL)
                    .withSecurityOpts(List.of("no-new-privileges"))
                    .withTmpFs(Map.of("/tmp", "rw,noexec,nosuid,nodev,size=256m"))
                    .withMemory(1536L << 20);
            command.withVolumes(new Volume("/models"));
        });
        waitingFor(Wait.forHealthcheck().withStartupTimeout(Duration.ofMinutes(3)));
    }

    URI url(int port, String path) {
        return URI.create("http://" + getHost() + ":" + getMappedPort(port) + path);
    }

    static HttpRequest classify(URI url, byte[] picture) {
        return HttpRequest.newBuilder(url)
                .header("Content-Type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(picture))
                .build();
    }

    HttpResponse<String> classify(byte[] picture) throws IOException, InterruptedException {
        return CLIENT.send(classify(url(HTTP, "/classify"), picture), HttpResponse.BodyHandlers.ofString());
    }

    String get(int port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url(port, path)).build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    /** A file of the container, or of its processes. */
    String read(String path) throws IOException, InterruptedException {
        ExecResult result = execInContainer("cat", path);
        if (result.getExitCode() != 0) {
            throw new IOException(path + ": " + result.getStderr());
        }
        return result.getStdout();
    }

    /** A picture of the tests' own. */
    static byte[] picture() {
        BufferedImage image = new BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.ORANGE);
        graphics.fillOval(60, 40, 200, 160);
        graphics.dispose();
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return png.toByteArray();
    }
}
