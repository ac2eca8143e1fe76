package dev.xception.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.TinyModel;
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
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The committed OpenAPI document, from which clients are generated, is the running server's. */
@SpringBootTest(
        classes = XceptionApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"management.server.port=0", "xception.model.names=colours", "xception.session.provider=cpu"})
class OpenApiIT {

    private static final Path COMMITTED = Path.of("src/main/openapi/openapi.json");

    @TempDir
    static Path models;

    @LocalServerPort
    int port;

    @DynamicPropertySource
    static void model(DynamicPropertyRegistry registry) {
        registry.add("xception.model.directory", () -> TinyModel.create(models));
    }

    @Test
    void theCommittedDocumentIsTheServers() throws IOException {
        JsonNode served = new Http(port).get("/v3/api-docs").json();
        Path copy = Path.of("target/openapi.json");
        Files.writeString(
                copy,
                JsonMapper.builder()
                                .enable(SerializationFeature.INDENT_OUTPUT)
                                .build()
                                .writeValueAsString(served)
                        + "\n");

        assertThat(COMMITTED).as("copy it from %s", copy).exists();
        assertThat(JsonMapper.shared().readTree(Files.readString(COMMITTED)))
                .as("the committed document; the server's is in %s", copy)
                .isEqualTo(served);
    }

    @Test
    void everyOperationOnPicturesSaysAllThatItCanAnswer() {
        JsonNode document = new Http(port).get("/v3/api-docs").json();
        assertThat(document.at("/openapi").asString()).startsWith("3.1");
        for (String path : List.of("/classify", "/classify/batch")) {
            JsonNode operation = document.get("paths").get(path).get("post");
            assertThat(operation
                            .get("parameters")
                            .valueStream()
                            .map(parameter -> parameter.get("name").asString()))
                    .as(path)
                    .containsExactlyInAnyOrder("top", "fit", "model", "X-Request-Timeout");
            assertThat(operation.get("responses").propertyNames())
                    .as(path)
                    .contains("200", "400", "404", "406", "408", "413", "415", "500", "503", "504");
        }
        assertThat(document.at("/paths/~1classify/post/responses").propertyNames())
                .contains("422");
        assertThat(document.at("/paths/~1classify/post/responses/200/headers").propertyNames())
                .containsExactly("Server-Timing");
        assertThat(document.at("/paths/~1explain/post/responses/200/content").propertyNames())
                .containsExactlyInAnyOrder("application/json", "image/png");
        assertThat(document.at("/paths/~1embed/post/responses/200/content").propertyNames())
                .containsExactlyInAnyOrder("application/json", "application/octet-stream", "application/x-npy");
        assertThat(document.at("/paths/~1classify/post/requestBody/content").propertyNames())
                .containsExactlyInAnyOrder("multipart/form-data", "image/*", "application/octet-stream");
    }

    @Test
    void everyQueryParameterOfAPictureIsRefusedInAForm() {
        JsonNode paths = new Http(port).get("/v3/api-docs").json().get("paths");
        assertThat(paths.valueStream()
                        .flatMap(path -> path.path("post").path("parameters").valueStream())
                        .filter(parameter -> parameter.get("in").asString().equals("query"))
                        .map(parameter -> parameter.get("name").asString()))
                .as("Query.NAMES")
                .hasSameElementsAs(Query.NAMES);
    }

    @Test
    void aBatchAnswersForOneOfItsPicturesInTheResults() {
        JsonNode responses = new Http(port).get("/v3/api-docs").json().at("/paths/~1classify~1batch/post/responses");
        assertThat(responses.propertyNames()).doesNotContain("422");
        assertThat(responses
                        .at("/413/content/application~1problem+json/examples")
                        .propertyNames())
                .containsExactly("too_many_bytes");
        assertThat(responses.at("/200").has("headers")).isFalse();
    }

    @Test
    void thereIsAPageToTryItOn() {
        assertThat(new Http(port).get("/swagger-ui/index.html").status()).isEqualTo(200);
    }
}
