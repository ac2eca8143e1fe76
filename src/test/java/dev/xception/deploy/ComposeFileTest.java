package dev.xception.deploy;

import static dev.xception.deploy.HelmChart.map;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

class ComposeFileTest {

    private Map<String, Object> services = Map.of();

    @BeforeEach
    void read() throws IOException {
        services = map(map(new Yaml().load(Files.readString(Path.of("docker-compose.yml"))))
                .get("services"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "server-gpu"})
    void theServerIsConfinedAndHasTimeToDrain(String name) throws IOException {
        Map<String, Object> server = map(services.get(name));
        assertThat(server)
                .containsEntry("read_only", true)
                .containsEntry("cap_drop", List.of("ALL"))
                .containsEntry("security_opt", List.of("no-new-privileges:true"));
        Map<String, Object> settings =
                map(new Yaml().load(Files.readString(Path.of("src/main/resources/application.yaml"))));
        String drain =
                (String) map(map(settings.get("spring")).get("lifecycle")).get("timeout-per-shutdown-phase");
        assertThat(seconds((String) server.get("stop_grace_period"))).isGreaterThan(seconds(drain));
    }

    /** In the spelling that the shell has: most tools read the lower case. */
    @ParameterizedTest
    @ValueSource(strings = {"server", "server-gpu"})
    void theServerGetsTheProxyOfTheShell(String name) {
        assertThat(map(map(services.get(name)).get("environment")))
                .containsEntry("HTTPS_PROXY", "${HTTPS_PROXY:-${https_proxy:-}}")
                .containsEntry("NO_PROXY", "${NO_PROXY:-${no_proxy:-}}");
    }

    private static int seconds(String duration) {
        return Integer.parseInt(duration.replaceFirst("s$", ""));
    }

    /** Each core has a session. */
    @Test
    void theServersMemoryIsForSoManyCores() {
        assertThat(map(services.get("server"))).containsKeys("mem_limit", "cpu_quota");
    }

    @Test
    void onlyTheProfileGpuStartsTheServerOnAGpu() {
        assertThat(map(services.get("server-gpu"))).containsEntry("profiles", List.of("gpu"));
        assertThat(map(services.get("server"))).doesNotContainKey("profiles");
    }

    @Test
    void eachServiceStartsWhenTheOneBeforeIsHealthy() {
        assertThat(condition("prometheus", "server")).isEqualTo("service_healthy");
        assertThat(condition("grafana", "prometheus")).isEqualTo("service_healthy");
    }

    private Object condition(String service, String other) {
        return map(map(map(services.get(service)).get("depends_on")).get(other)).get("condition");
    }

    @Test
    void everyMountedFileIsThere() {
        for (Object service : services.values()) {
            for (Object volume : (List<?>) map(service).getOrDefault("volumes", List.of())) {
                String source = ((String) volume).split(":", 2)[0];
                if (source.startsWith(".")) {
                    assertThat(Path.of(source)).exists();
                }
            }
        }
    }
}
