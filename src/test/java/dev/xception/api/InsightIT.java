package dev.xception.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.xception.TinyModel;
import dev.xception.XceptionApplication;
import dev.xception.inference.TinyGraph;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** {@code /explain} and {@code /embed} of a network whose last map is the 2x2 picture itself. */
@SpringBootTest(
        classes = {XceptionApplication.class, InsightIT.SocketBuffers.class},
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "xception.model.names=colours,headless",
            "xception.admission.max-answer-bytes=300KB",
            "server.tomcat.connection-timeout=60s",
            "xception.session.provider=cpu"
        })
class InsightIT {

    /** What one full channel gives, by the network's weights. */
    private static final double FULL = 255 / 64.0;

    @TempDir
    static Path models;

    @LocalServerPort
    int port;

    private Http http;

    @DynamicPropertySource
    static void model(DynamicPropertyRegistry registry) {
        registry.add("xception.model.directory", () -> withHeadless(TinyModel.create(models)));
    }

    /** So small that the server cannot write a drawing that is not read. */
    @TestConfiguration
    static class SocketBuffers {
        @Bean
        WebServerFactoryCustomizer<TomcatServletWebServerFactory> small() {
            return factory ->
                    factory.addConnectorCustomizers(connector -> connector.setProperty("socket.txBufSize", "16384"));
        }
    }

    /** Adds the same network with a file that names no head. */
    private static Path withHeadless(Path directory) {
        try {
            Path folder = Files.createDirectories(directory.resolve("headless"));
            TinyGraph.write(folder.resolve("headless.onnx"));
            Files.copy(directory.resolve("colours/labels.txt"), folder.resolve("labels.txt"));
            Files.writeString(
                    folder.resolve("model.yaml"), "name: headless\ninput: {width: 2, height: 2, channels: 3}\n");
            return directory;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void connect() {
        http = new Http(port);
    }

    /** Red on its left, green on its right, a little more green. */
    private static byte[] redAndGreen(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(new Color(250, 0, 0));
        graphics.fillRect(0, 0, width / 2, height);
        graphics.setColor(Color.GREEN);
        graphics.fillRect(width / 2, 0, width - width / 2, height);
        graphics.dispose();
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", png);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return png.toByteArray();
    }

    @Test
    void explainsTheMostProbableClass() {
        Http.Answer answer = http.post("/explain", "image/png", redAndGreen(2, 2));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.header("Server-Timing")).contains("inference;dur=");
        JsonNode json = answer.json();
        assertThat(json.at("/class/label").asString()).isEqualTo("green");
        assertThat(json.at("/class/rank").asInt()).isEqualTo(1);
        assertThat(json.at("/model/name").asString()).isEqualTo("colours");
        for (int y = 0; y < 2; y++) {
            assertThat(json.at("/grid/" + y + "/0").asDouble()).isCloseTo(0, within(1e-6));
            assertThat(json.at("/grid/" + y + "/1").asDouble()).isCloseTo(FULL, within(1e-6));
        }
        assertThat(json.at("/range/min").asDouble()).isCloseTo(0, within(1e-6));
        assertThat(json.at("/range/max").asDouble()).isCloseTo(FULL, within(1e-6));
    }

    @Test
    void saysWhichPartOfThePictureTheGridCovers() {
        JsonNode crop = http.post("/explain", "image/png", redAndGreen(40, 20)).json();
        assertThat(crop.at("/region").toString()).isEqualTo("{\"x\":10.0,\"y\":0.0,\"width\":20.0,\"height\":20.0}");

        JsonNode pad =
                http.post("/explain?fit=pad", "image/png", redAndGreen(40, 20)).json();
        assertThat(pad.at("/region/width").asDouble()).isEqualTo(40);
        assertThat(pad.at("/region/y").asDouble()).isLessThanOrEqualTo(0);
    }

    @Test
    void explainsTheClassThatIsAskedFor() {
        JsonNode json = http.post("/explain?class_index=0", "image/png", redAndGreen(2, 2))
                .json();

        assertThat(json.at("/class/label").asString()).isEqualTo("red");
        assertThat(json.at("/class/rank").asInt()).isEqualTo(2);
        assertThat(json.at("/grid/0/0").asDouble()).isCloseTo(250 / 64.0, within(1e-6));
        assertThat(json.at("/grid/0/1").asDouble()).isCloseTo(0, within(1e-6));
    }

    @Test
    void drawsTheMapOverWhatTheModelSees() throws Exception {
        BufferedImage drawn = png("/explain?class_index=0");

        assertThat(drawn.getWidth()).isEqualTo(2);
        assertThat(new Color(drawn.getRGB(0, 0)).getGreen())
                .isGreaterThan(new Color(drawn.getRGB(1, 0)).getBlue() + 50);
    }

    @Test
    void drawsTheMapOverTheOriginal() throws Exception {
        BufferedImage drawn = png("/explain?class_index=0&overlay=original");

        assertThat(drawn.getWidth()).isEqualTo(40);
        assertThat(drawn.getHeight()).isEqualTo(20);
        assertThat(new Color(drawn.getRGB(9, 10))).as("left of the crop").isEqualTo(new Color(250, 0, 0));
        assertThat(new Color(drawn.getRGB(10, 10))).as("in the crop").isNotEqualTo(new Color(250, 0, 0));
        assertThat(new Color(drawn.getRGB(30, 10))).as("right of the crop").isEqualTo(Color.GREEN);
    }

    /** Its drawing is 270 KB. */
    @Test
    @Timeout(60)
    void anAnswerThatIsNotReadIsCountedUntilItsReaderHasGone() throws Exception {
        byte[] picture = noise(300, 300);
        try (Socket reader = new Socket()) {
            reader.setReceiveBufferSize(4096);
            reader.connect(new InetSocketAddress("localhost", port));
            String head = "POST /explain?overlay=original HTTP/1.1\r\nHost: localhost\r\nAccept: image/png\r\n"
                    + "Content-Type: image/bmp\r\nContent-Length: " + picture.length + "\r\n\r\n";
            reader.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            reader.getOutputStream().write(picture);

            assertThat(new String(reader.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 200");
            awaitDrawing(picture, 503);
            Http.Answer small = http.post("/explain", "image/bmp", picture);
            assertThat(small.status()).as(small.body()).isEqualTo(200);
        }
        awaitDrawing(picture, 200);
    }

    private static byte[] noise(int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, random.nextInt(1 << 24));
            }
        }
        ByteArrayOutputStream bmp = new ByteArrayOutputStream();
        ImageIO.write(image, "bmp", bmp);
        return bmp.toByteArray();
    }

    private void awaitDrawing(byte[] picture, int status) {
        HttpRequest.Builder request = http.request("/explain?overlay=original")
                .header("Content-Type", "image/bmp")
                .header("Accept", "image/png")
                .POST(HttpRequest.BodyPublishers.ofByteArray(picture));
        while (http.send(request).status() != status) {
            LockSupport.parkNanos(10_000_000);
        }
    }

    private BufferedImage png(String path) throws Exception {
        HttpResponse<byte[]> answer = bytes(path, "image/png");
        assertThat(answer.headers().firstValue("Content-Type")).contains("image/png");
        return ImageIO.read(new ByteArrayInputStream(answer.body()));
    }

    private HttpResponse<byte[]> bytes(String path, String accept) throws Exception {
        HttpRequest request = http.request(path)
                .header("Content-Type", "image/png")
                .header("Accept", accept)
                .POST(HttpRequest.BodyPublishers.ofByteArray(redAndGreen(40, 20)))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).isEqualTo(200);
            return answer;
        }
    }

    @Test
    void saysThatANetworkWithoutThatEndingCannotBeExplained() {
        Http.Answer answer = http.post("/explain?model=headless", "image/png", redAndGreen(40, 20));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().at("/type").asString()).isEqualTo("urn:xception:problem:unsupported-by-model");
        assertThat(answer.json().at("/detail").asString())
                .isEqualTo("the network of 'headless' does not end in a global average and one linear layer");
    }

    @Test
    void refusesWhatItCannotExplain() {
        assertThat(http.post("/explain?class_index=4", "image/png", redAndGreen(4, 4))
                        .status())
                .isEqualTo(400);
        assertThat(http.post("/explain?overlay=both", "image/png", redAndGreen(4, 4))
                        .status())
                .isEqualTo(400);
        assertThat(http.post("/explain", "image/png", "text".getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(415);
        assertThat(http.post("/embed?normalize=yes", "image/png", redAndGreen(4, 4))
                        .status())
                .isEqualTo(400);
        Http.Answer html = http.send(http.request("/explain")
                .header("Content-Type", "image/png")
                .header("Accept", "text/html")
                .POST(HttpRequest.BodyPublishers.ofByteArray(redAndGreen(4, 4))));
        assertThat(html.status()).isEqualTo(406);
    }

    @Test
    void embedsAPictureAsJson() {
        Http.Answer answer = http.post("/embed", "image/png", redAndGreen(40, 20));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.header("Server-Timing")).contains("inference;dur=");
        assertThat(answer.json().at("/embedding").valueStream().map(JsonNode::asDouble))
                .containsExactly(125.0, 127.5, 0.0);
    }

    @Test
    void embedsAPictureAsANormalisedVectorOfBytes() throws Exception {
        HttpResponse<byte[]> answer = bytes("/embed?normalize=true", "application/octet-stream");

        ByteBuffer floats = ByteBuffer.wrap(answer.body()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(floats.remaining()).isEqualTo(12);
        double length = Math.hypot(125, 127.5);
        assertThat((double) floats.getFloat()).isCloseTo(125 / length, within(1e-6));
        assertThat((double) floats.getFloat()).isCloseTo(127.5 / length, within(1e-6));
        assertThat((double) floats.getFloat()).isZero();
    }

    @Test
    void embedsAPictureAsANumPyFile() throws Exception {
        HttpResponse<byte[]> answer = bytes("/embed?model=headless", "application/x-npy");

        assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-npy");
        assertThat(new String(answer.body(), 1, 5, StandardCharsets.US_ASCII)).isEqualTo("NUMPY");
        assertThat(answer.body()).hasSize(128 + 12);
    }
}
