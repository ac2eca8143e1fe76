package dev.xception.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.TinyModel;
import dev.xception.XceptionApplication;
import java.awt.Color;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A server that lives under a path, as behind an Ingress that keeps it. */
@SpringBootTest(
        classes = XceptionApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "server.servlet.context-path=/vision",
            "spring.web.error.path=/oops",
            "xception.model.names=colours",
            "xception.session.provider=cpu"
        })
class ContextPathIT {

    @TempDir
    static Path models;

    @LocalServerPort
    int port;

    @DynamicPropertySource
    static void model(DynamicPropertyRegistry registry) {
        registry.add("xception.model.directory", () -> TinyModel.create(models));
    }

    @Test
    void everythingLiesBelowThePath() {
        Http http = new Http(port);
        assertThat(http.post("/vision/classify", "image/png", TinyModel.picture(Color.RED, 20, 20, "png"))
                        .status())
                .isEqualTo(200);
        assertThat(http.get("/vision/livez").status()).isEqualTo(200);
        assertThat(http.get("/vision/readyz").status()).isEqualTo(200);
        assertThat(http.get("/vision/").body()).contains("<title>");
    }

    @Test
    void theDocumentSaysWhereTheServerIs() {
        assertThat(new Http(port)
                        .get("/vision/v3/api-docs")
                        .json()
                        .at("/servers/0/url")
                        .asString())
                .isEqualTo("/vision");
    }

    /** What Spring answers with {@code sendError} goes by way of the error page. */
    @Test
    void errorsAreProblemsWhereverTheErrorPageIs() {
        Http http = new Http(port);
        Http.Answer answer = http.send(http.request("/vision/index.html").header("Range", "bytes=9999999-"));
        assertThat(answer.status()).isEqualTo(416);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().at("/type").asString()).isEqualTo("urn:xception:problem:malformed-request");
    }
}
