package dev.xception.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.TinyModel;
import dev.xception.XceptionApplication;
import java.awt.Color;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** The HTTP contract against the running server: what it answers, to good requests and to bad ones. */
@SpringBootTest(
        classes = XceptionApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"management.server.port=0", "xception.model.names=colours", "xception.session.provider=cpu"})
class HttpContractIT {

    @TempDir
    static Path models;

    @LocalServerPort
    int port;

    @LocalManagementPort
    int managementPort;

    Http http;

    @DynamicPropertySource
    static void model(DynamicPropertyRegistry registry) {
        registry.add("xception.model.directory", () -> TinyModel.create(models));
    }

    @BeforeEach
    void connect() {
        http = new Http(port);
    }

    /** Whatever a test has sent, the next picture is classified. */
    @AfterEach
    void theServerStillAnswers() {
        assertThat(http.post("/classify", "image/png", red()).status()).isEqualTo(200);
    }

    private static byte[] red() {
        return TinyModel.picture(Color.RED, 40, 20, "png");
    }

    @Test
    void classifiesTheBodyOfARequest() {
        Http.Answer answer = http.post("/classify", "image/png", red());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        JsonNode json = answer.json();
        assertThat(json.at("/model/name").asString()).isEqualTo("colours");
        assertThat(json.at("/model/precision").asString()).isEqualTo("fp32");
        assertThat(json.at("/model/weights").asString()).isEqualTo("trained");
        assertThat(json.at("/image/width").asInt()).isEqualTo(40);
        assertThat(json.at("/image/height").asInt()).isEqualTo(20);
        assertThat(json.at("/image/format").asString()).isEqualTo("png");
        assertThat(json.at("/predictions")).hasSize(4);
        assertThat(json.at("/predictions/0/rank").asInt()).isEqualTo(1);
        assertThat(json.at("/predictions/0/class_index").asInt()).isEqualTo(0);
        assertThat(json.at("/predictions/0/wordnet_id").asString()).isEqualTo("n00000001");
        assertThat(json.at("/predictions/0/label").asString()).isEqualTo("red");
        assertThat(json.at("/predictions/0/probability").asDouble()).isBetween(0.9, 1.0);
    }

    @Test
    void classifiesThePartOfAForm() {
        Http.Answer answer = http.form("/classify?top=1", "file", List.of(TinyModel.picture(Color.BLUE, 9, 9, "bmp")));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at("/predictions/0/label").asString()).isEqualTo("blue");
        assertThat(answer.json().at("/predictions")).hasSize(1);
    }

    @Test
    void theBytesDecideTheFormatNotTheContentType() {
        assertThat(http.post("/classify", "image/jpeg", red())
                        .json()
                        .at("/image/format")
                        .asString())
                .isEqualTo("png");
        assertThat(http.post("/classify", "application/octet-stream", red()).status())
                .isEqualTo(200);
    }

    @Test
    void tellsTheTimeOfEveryStage() {
        assertThat(http.post("/classify", "image/png", red()).header("Server-Timing"))
                .matches("admit;dur=[0-9.]+, decode;dur=[0-9.]+, preprocess;dur=[0-9.]+, queue;dur=[0-9.]+, "
                        + "inference;dur=[0-9.]+");
    }

    @Test
    void aBadPictureInABatchLeavesItsNeighboursAlone() {
        Http.Answer answer = http.form(
                "/classify/batch?top=1",
                "files",
                List.of(
                        red(),
                        "no picture".getBytes(StandardCharsets.UTF_8),
                        TinyModel.picture(Color.GREEN, 5, 5, "gif")));

        assertThat(answer.status()).isEqualTo(200);
        JsonNode results = answer.json().at("/results");
        assertThat(results).hasSize(3);
        assertThat(results.at("/0/classification/predictions/0/label").asString())
                .isEqualTo("red");
        assertThat(results.at("/1/problem/status").asInt()).isEqualTo(415);
        assertThat(results.get(1).has("classification")).isFalse();
        assertThat(results.at("/2/classification/predictions/0/label").asString())
                .isEqualTo("green");
    }

    @Test
    void aPictureOfTooManyBytesInABatchLeavesItsNeighboursAlone() {
        Http.Answer answer =
                http.form("/classify/batch?top=1", "files", List.of(Arrays.copyOf(red(), 21_000_000), red()));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonNode results = answer.json().at("/results");
        assertThat(results.at("/0/problem/status").asInt()).isEqualTo(413);
        assertThat(results.at("/1/classification/predictions/0/label").asString())
                .isEqualTo("red");
    }

    @Test
    void aPathThatReadsAsAHostIsNotFound() {
        assertProblem(http.get("//"), 404, "not-found");
    }

    @Test
    void refusesABatchOfTooManyPictures() {
        List<byte[]> files = java.util.Collections.nCopies(33, red());
        assertProblem(http.form("/classify/batch", "files", files), 400, "no-image");
    }

    @Test
    void listsTheModels() {
        JsonNode model = http.get("/models").json().at("/models/0");
        assertThat(model.at("/name").asString()).isEqualTo("colours");
        assertThat(model.at("/default").asBoolean()).isTrue();
        assertThat(model.at("/provider").asString()).isEqualTo("cpu");
        assertThat(model.at("/classes").asInt()).isEqualTo(4);
        assertThat(model.at("/input/width").asInt()).isEqualTo(2);
        assertThat(http.get("/models/colours").json()).isEqualTo(model);
    }

    @Test
    void isAliveAndReady() {
        assertThat(http.get("/livez").status()).isEqualTo(200);
        Http.Answer ready = http.get("/readyz");
        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.body()).contains("colours", "weights trained");
    }

    @Test
    void theManagementPortHasHealthInfoAndMetrics() {
        Http management = new Http(managementPort);
        assertThat(management.get("/actuator/health").status()).isEqualTo(200);
        assertThat(management
                        .get("/actuator/info")
                        .json()
                        .at("/models/0/provider")
                        .asString())
                .isEqualTo("cpu");
        assertThat(management.get("/actuator/prometheus").body())
                .contains("xception_stage_seconds_bucket", "xception_model_ready{");
        assertProblem(http.get("/actuator/info"), 404, "not-found");
    }

    @Test
    void anEmptyBodyIsNoImage() {
        assertProblem(http.post("/classify", "image/png", new byte[0]), 400, "no-image");
    }

    @Test
    void aFormWithoutThePartIsNoImage() {
        assertProblem(http.form("/classify", "picture", List.of(red())), 400, "no-image");
        assertProblem(http.form("/classify", "file", List.of()), 400, "no-image");
        assertProblem(http.form("/classify", "file", List.of(new byte[0])), 400, "no-image");
    }

    @Test
    void twoPartsAreOneTooMany() {
        assertProblem(http.form("/classify", "file", List.of(red(), red())), 400, "no-image");
    }

    @Test
    void aParameterInTheFormIsRefusedInsteadOfIgnored() {
        assertProblem(formWith("top", "2"), 400, "invalid-parameter");
        assertThat(formWith("comment", "top").status()).isEqualTo(200);
    }

    private Http.Answer formWith(String field, String value) {
        return http.form("/classify", "file", List.of(red()), Map.of(field, value));
    }

    @Test
    void aFormThatIsNoneIsMalformed() {
        assertProblem(
                http.post("/classify", "multipart/form-data", "no boundary".getBytes(StandardCharsets.UTF_8)),
                400,
                "malformed-request");
    }

    @Test
    void aTextFileIsNoPictureFormat() {
        assertProblem(
                http.post("/classify", "image/png", "a text".getBytes(StandardCharsets.UTF_8)),
                415,
                "unsupported-format");
    }

    @Test
    void aContentTypeThatCarriesNoPictureIsRefused() {
        assertProblem(http.post("/classify", "text/plain", red()), 415, "unsupported-content-type");
        assertProblem(
                http.post("/classify", "application/x-www-form-urlencoded", red()), 415, "unsupported-content-type");
    }

    @Test
    void aTruncatedPictureCannotBeDecoded() {
        byte[] jpeg = TinyModel.picture(Color.ORANGE, 300, 300, "jpg");
        assertProblem(http.post("/classify", "image/jpeg", Arrays.copyOf(jpeg, jpeg.length / 2)), 422, "undecodable");
    }

    @Test
    void aHeaderThatClaimsTooManyPixelsIsRefusedBeforeDecoding() {
        assertProblem(http.post("/classify", "image/png", pngHeader(60_000, 60_000)), 413, "too-many-pixels");
    }

    private static byte[] pngHeader(int width, int height) {
        byte[] chunk = ByteBuffer.allocate(17)
                .put("IHDR".getBytes(StandardCharsets.US_ASCII))
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 2, 0, 0, 0})
                .array();
        CRC32 crc = new CRC32();
        crc.update(chunk);
        return ByteBuffer.allocate(8 + 4 + chunk.length + 4)
                .putLong(0x89504E470D0A1A0AL)
                .putInt(13)
                .put(chunk)
                .putInt((int) crc.getValue())
                .array();
    }

    @Test
    void anUploadOfThirtyMegabytesIsTooLarge() {
        byte[] large = Arrays.copyOf(red(), 30_000_000);
        assertProblem(http.post("/classify", "image/png", large), 413, "too-many-bytes");
        assertProblem(http.form("/classify", "file", List.of(large)), 413, "too-many-bytes");
        assertProblem(
                http.send(http.request("/classify")
                        .header("Content-Type", "image/png")
                        .POST(HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofByteArray(large)))),
                413,
                "too-many-bytes");
    }

    @Test
    void parametersThatCannotBeUsedAreNamed() {
        for (String query : List.of("top=0", "top=5", "top=abc", "top=", "fit=x", "fit=CROP", "top=%ff")) {
            Http.Answer answer = http.post("/classify?" + query, "image/png", red());
            assertProblem(answer, 400, "invalid-parameter");
            assertThat(answer.json().at("/detail").asString()).startsWith("'" + query.substring(0, 3) + "'");
        }
    }

    @Test
    void aTimeoutThatIsNoNumberIsNamed() {
        Http.Answer answer = http.send(http.request("/classify")
                .header("Content-Type", "image/png")
                .header("X-Request-Timeout", "soon")
                .POST(HttpRequest.BodyPublishers.ofByteArray(red())));
        assertProblem(answer, 400, "invalid-parameter");
    }

    @Test
    void anUnknownModelIsNotFound() {
        assertProblem(http.post("/classify?model=none", "image/png", red()), 404, "unknown-model");
        assertProblem(http.get("/models/none"), 404, "unknown-model");
    }

    @Test
    void anotherMethodIsNotAllowed() {
        Http.Answer answer = http.get("/classify");
        assertProblem(answer, 405, "method-not-allowed");
        assertThat(answer.header("Allow")).isEqualTo("POST");
    }

    @Test
    void anUnknownPathIsNotFound() {
        assertProblem(http.get("/clasify"), 404, "not-found");
        assertProblem(http.post("/error", "image/png", red()), 404, "not-found");
    }

    @Test
    void aMediaTypeThatIsNotGivenIsNotAcceptable() {
        Http.Answer answer = http.send(http.request("/classify")
                .header("Content-Type", "image/png")
                .header("Accept", "application/xml")
                .POST(HttpRequest.BodyPublishers.ofByteArray(red())));
        assertProblem(answer, 406, "not-acceptable");
    }

    @Test
    void aRequestThatIsNoHttpIsAProblemToo() throws Exception {
        try (Socket socket = new Socket("localhost", port)) {
            OutputStream out = socket.getOutputStream();
            out.write("GET /<script> HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 400").doesNotContain("<html", "Exception");
        }
    }

    private static void assertProblem(Http.Answer answer, int status, String kind) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.at("/type").asString()).isEqualTo("urn:xception:problem:" + kind);
        assertThat(problem.at("/status").asInt()).isEqualTo(status);
        assertThat(problem.at("/title").asString()).isNotBlank();
        assertThat(problem.at("/detail").asString()).isNotBlank();
        assertThat(answer.body()).doesNotContain("Exception", "\tat ", "\"trace\"");
    }
}
