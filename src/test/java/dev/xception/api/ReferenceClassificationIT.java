package dev.xception.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.NeedsTestData;
import dev.xception.TestData;
import dev.xception.XceptionApplication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/**
 * A real network, imported at start from its Keras file, classifies 67 photographs over HTTP as PyTorch did after
 * Pillow's decoding and resizing.
 */
@NeedsTestData(MobileNet.WEIGHTS)
@SpringBootTest(
        classes = XceptionApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"management.server.port=0", "xception.model.names=mobilenet", "xception.session.provider=cpu"})
class ReferenceClassificationIT {

    /** Closer classes may swap under another decoder. */
    private static final double DISTINCT_LOGITS = 0.1;

    @TempDir
    static Path models;

    @LocalServerPort
    int port;

    @DynamicPropertySource
    static void model(DynamicPropertyRegistry registry) {
        registry.add("xception.model.directory", () -> MobileNet.create(models));
    }

    @Test
    void squashedPhotographsGetTheReferenceTopFiveInTheirOrder() throws IOException {
        int first = 0;
        int amongFive = 0;
        for (String line : reference("mobilenet_direct_bilinear_top5.csv")) {
            String[] columns = line.split(",", -1);
            List<Integer> predicted = topFive(columns[0], "squash");
            for (int rank = 0; rank < 5; rank++) {
                double above = rank == 0 ? Double.MAX_VALUE : logitGap(columns, rank - 1);
                double below = rank == 4 ? Double.parseDouble(columns[13]) : logitGap(columns, rank);
                if (above > DISTINCT_LOGITS && below > DISTINCT_LOGITS) {
                    assertThat(predicted.get(rank))
                            .as("class of rank %d of %s", rank + 1, columns[0])
                            .isEqualTo(Integer.parseInt(columns[2 + rank]));
                }
            }
            int truth = Integer.parseInt(columns[1]);
            first += predicted.getFirst() == truth ? 1 : 0;
            amongFive += predicted.contains(truth) ? 1 : 0;
        }
        assertThat(first).isEqualTo(53);
        assertThat(amongFive).isEqualTo(64);
    }

    @Test
    void croppedPhotographsAreRecognisedAsOftenAsByTheReference() throws IOException {
        int first = 0;
        int amongFive = 0;
        for (String line : reference("mobilenet_center_square_then_bilinear_top5.csv")) {
            String[] columns = line.split(",", -1);
            List<Integer> predicted = topFive(columns[0], "crop");
            int truth = Integer.parseInt(columns[1]);
            first += predicted.getFirst() == truth ? 1 : 0;
            amongFive += predicted.contains(truth) ? 1 : 0;
        }
        assertThat(first).isEqualTo(60);
        assertThat(amongFive).isEqualTo(66);
    }

    private static List<String> reference(String name) throws IOException {
        List<String> lines = Files.readAllLines(TestData.require("images/" + name));
        assertThat(lines).hasSize(68);
        return lines.subList(1, lines.size());
    }

    private List<Integer> topFive(String photograph, String fit) throws IOException {
        byte[] jpeg = Files.readAllBytes(TestData.require("images/" + photograph));
        Http.Answer answer = new Http(port).post("/classify?fit=" + fit, "image/jpeg", jpeg);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json()
                .get("predictions")
                .valueStream()
                .map(prediction -> prediction.get("class_index"))
                .map(JsonNode::asInt)
                .toList();
    }

    /** Between the classes of this rank (from 0) and the next: a softmax keeps differences of logits as ratios. */
    private static double logitGap(String[] columns, int rank) {
        return Math.log(Double.parseDouble(columns[7 + rank]) / Double.parseDouble(columns[8 + rank]));
    }
}
