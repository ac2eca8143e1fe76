package dev.xception.container;

import static dev.xception.container.ServerContainer.json;
import static dev.xception.container.ServerContainer.picture;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.ContainerConfig;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Container;
import tools.jackson.databind.JsonNode;

/** The running image: healthy, serving, and confined. */
@ContainerTest
class ServerImageIT {

    @Container
    private static final ServerContainer server = new ServerContainer();

    private static ContainerConfig imageConfig() {
        return server.getDockerClient()
                .inspectImageCmd(server.getDockerImageName())
                .exec()
                .getConfig();
    }

    @Test
    void classifiesAPictureAndOwnsUpToRandomWeights() throws Exception {
        HttpResponse<String> response = server.classify(picture());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode answer = json(response.body());
        assertThat(answer.path("predictions").size()).isEqualTo(5);
        assertThat(answer.path("image").path("width").asInt()).isEqualTo(320);
        assertThat(answer.path("model").path("weights").asString()).isEqualTo("untrained");
    }

    @Test
    void refusesWhatIsNoPicture() throws Exception {
        HttpResponse<String> response = server.classify("no picture".getBytes(StandardCharsets.UTF_8));
        assertThat(response.statusCode()).isEqualTo(415);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    @Test
    void runsAsAUserWhoMayNothing() throws Exception {
        assertThat(imageConfig().getUser()).matches("[1-9][0-9]*:[1-9][0-9]*");
        assertThat(server.read("/proc/1/status"))
                .containsPattern("Uid:\\t10001\\t10001\\t10001\\t10001")
                .containsPattern("CapEff:\\t0000000000000000")
                .containsPattern("CapBnd:\\t0000000000000000")
                .containsPattern("NoNewPrivs:\\t1");
    }

    @Test
    void javaIsTheFirstProcessAndNoShellStandsBeforeIt() throws Exception {
        assertThat(imageConfig().getEntrypoint()).startsWith("java");
        assertThat(imageConfig().getCmd()).containsExactly("serve");
        assertThat(server.read("/proc/1/cmdline")).startsWith("java\0");
    }

    @Test
    void reportsNothingToTheMakerOfItsRuntime() throws Exception {
        assertThat(server.execInContainer("find", "/tmp", "-name", "mat-debug*").getStdout())
                .as("the log of ONNX Runtime's telemetry")
                .isEmpty();
    }

    @Test
    void nativeLibrariesAreMappedFromTheImageAndNothingIsUnpacked() throws Exception {
        server.classify(picture());
        String maps = server.read("/proc/1/maps");
        assertThat(maps).contains("/app/native/libonnxruntime.so", "/app/native/libopencv_imgcodecs.so");
        assertThat(maps).doesNotContain("/tmp/");
        assertThat(server.execInContainer("find", "/tmp", "-name", "*.so*").getStdout())
                .isEmpty();
    }

    @Test
    void startsFromTheAotCache() throws Exception {
        assertThat(server.read("/proc/1/maps")).contains("/app/server.aot");
    }

    @Test
    void memoryOfTheHeapFollowsTheContainer() throws Exception {
        String metrics = server.get(ServerContainer.MANAGEMENT, "/actuator/prometheus");
        double heap = metrics.lines()
                .filter(line -> line.startsWith("jvm_memory_max_bytes{area=\"heap\",id=\"G1 Old Gen\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
        assertThat(heap).isBetween(700e6, 810e6);
    }

    @Test
    void carriesItsBillOfMaterials() throws Exception {
        JsonNode bill = json(server.read("/app/sbom/application.cdx.json"));
        assertThat(bill.path("bomFormat").asString()).isEqualTo("CycloneDX");
        assertThat(bill.path("components")
                        .valueStream()
                        .map(component -> component.path("name").asString()))
                .contains("onnxruntime", "opencv", "spring-boot");
    }

    @Test
    void isLabelled() {
        Map<String, String> labels = imageConfig().getLabels();
        assertThat(labels)
                .containsEntry("org.opencontainers.image.title", "Xception Server")
                .containsEntry("org.opencontainers.image.licenses", "Apache-2.0")
                .containsKeys("org.opencontainers.image.version", "org.opencontainers.image.revision");
    }

    @Test
    void theServicePortAnswersTheProbesOfTheChart() throws IOException, InterruptedException {
        assertThat(json(server.get(ServerContainer.HTTP, "/livez"))
                        .path("status")
                        .asString())
                .isEqualTo("UP");
        assertThat(json(server.get(ServerContainer.HTTP, "/readyz"))
                        .path("status")
                        .asString())
                .isEqualTo("UP");
    }
}
