package dev.xception.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.xception.NeedsTestData;
import dev.xception.TestData;
import dev.xception.XceptionApplication;
import dev.xception.classification.Classifiers;
import dev.xception.model.ClassifierHead;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** A trained network, whose head is a 1x1 convolution, explains and embeds photographs over HTTP. */
@NeedsTestData(MobileNet.WEIGHTS)
@SpringBootTest(
        classes = XceptionApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"management.server.port=0", "xception.model.names=mobilenet", "xception.session.provider=cpu"})
class ReferenceExplanationIT {

    private static final int SIDE = 224;
    private static final int CHANNELS = 768;
    private static final List<String> PHOTOGRAPHS =
            List.of("n02099601_golden_retriever", "n03792782_mountain_bike", "n07749582_lemon", "n02007558_flamingo");
    private static final int FIRST_PHOTOGRAPH = 8;

    @TempDir
    static Path models;

    @LocalServerPort
    int port;

    @Autowired
    Classifiers classifiers;

    private Http http;

    @DynamicPropertySource
    static void model(DynamicPropertyRegistry registry) {
        registry.add("xception.model.directory", () -> MobileNet.create(models));
    }

    @BeforeEach
    void connect() {
        http = new Http(port);
    }

    @Test
    void embeddingsAreThoseOfTheReference() throws IOException {
        ByteBuffer golden = ByteBuffer.wrap(
                        Files.readAllBytes(TestData.require("golden/mobilenet_v1_0.75_224/features_ref64.bin")))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < PHOTOGRAPHS.size(); i++) {
            Path pixels = TestData.require("golden/inputs/" + PHOTOGRAPHS.get(i) + "_224rgb.bin");
            JsonNode embedding = http.post("/embed?fit=squash", "image/png", png(Files.readAllBytes(pixels)))
                    .json()
                    .get("embedding");

            assertThat(embedding).hasSize(CHANNELS);
            double largest = 0;
            double difference = 0;
            for (int k = 0; k < CHANNELS; k++) {
                float expected = golden.getFloat(((FIRST_PHOTOGRAPH + i) * CHANNELS + k) * Float.BYTES);
                largest = Math.max(largest, Math.abs(expected));
                difference = Math.max(
                        difference, Math.abs(expected - embedding.get(k).asDouble()));
            }
            assertThat(difference / largest).as(PHOTOGRAPHS.get(i)).isLessThan(1e-4);
        }
    }

    private static byte[] png(byte[] rgb) throws IOException {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < SIDE * SIDE; i++) {
            int colour = (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | (rgb[3 * i + 2] & 0xff);
            image.setRGB(i % SIDE, i / SIDE, colour);
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }

    /** The mean of a class's map and its bias are its logit; the softmax keeps differences of logits as ratios. */
    @Test
    void mapsAverageToTheLogitsThatTheGraphComputes() throws IOException {
        ClassifierHead head =
                Objects.requireNonNull(classifiers.first().model().requireEnd().head());
        byte[] jpeg =
                Files.readAllBytes(TestData.require("images/" + photographs().getFirst()));
        JsonNode first = http.post("/explain", "image/jpeg", jpeg).json();
        for (int other : new int[] {0, 281, 999}) {
            JsonNode second = http.post("/explain?class_index=" + other, "image/jpeg", jpeg)
                    .json();

            double fromMaps = logit(first, head) - logit(second, head);
            double fromGraph = Math.log(first.at("/class/probability").asDouble()
                    / second.at("/class/probability").asDouble());
            assertThat(fromMaps).isCloseTo(fromGraph, within(2e-4));
        }
    }

    private static double logit(JsonNode explanation, ClassifierHead head) {
        double mean = explanation
                .get("grid")
                .valueStream()
                .flatMap(JsonNode::valueStream)
                .mapToDouble(JsonNode::asDouble)
                .average()
                .orElseThrow();
        return mean + head.bias()[explanation.at("/class/class_index").asInt()];
    }

    /** In pictures of one thing the evidence lies where the thing is: seldom at the border. */
    @Test
    void mapsPeakInTheCentreTwoThirdsOfMostPhotographs() throws IOException {
        int central = 0;
        List<String> photographs = photographs();
        for (String photograph : photographs) {
            byte[] jpeg = Files.readAllBytes(TestData.require("images/" + photograph));
            JsonNode grid = http.post("/explain", "image/jpeg", jpeg).json().get("grid");
            int size = grid.size();
            int peakX = 0;
            int peakY = 0;
            for (int y = 0; y < size; y++) {
                for (int x = 0; x < size; x++) {
                    if (grid.get(y).get(x).asDouble()
                            > grid.get(peakY).get(peakX).asDouble()) {
                        peakX = x;
                        peakY = y;
                    }
                }
            }
            central += inCentre(peakX, size) && inCentre(peakY, size) ? 1 : 0;
        }
        System.out.printf("%d of %d maps peak in the centre two thirds%n", central, photographs.size());
        assertThat(central).isGreaterThan(photographs.size() * 2 / 3);
    }

    private static boolean inCentre(int cell, int cells) {
        return Math.abs((cell + 0.5) / cells - 0.5) < 1 / 3.0;
    }

    private static List<String> photographs() throws IOException {
        List<String> lines = Files.readAllLines(TestData.require("images/labels.csv"));
        return lines.subList(1, lines.size()).stream()
                .map(line -> line.substring(0, line.indexOf(',')))
                .toList();
    }
}
