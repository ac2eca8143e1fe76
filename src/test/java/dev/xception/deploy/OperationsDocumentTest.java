package dev.xception.deploy;

import static dev.xception.deploy.HelmChart.map;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The commands of {@code docs/operations.md} fit together, and the chart. */
class OperationsDocumentTest {

    private String document = "";

    @BeforeEach
    void read() throws IOException {
        document = Files.readString(Path.of("docs/operations.md")).replaceAll("\\\\\\n\\s*", "");
    }

    /** What the only group of the pattern matches. */
    private List<String> all(String pattern) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(document)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private List<String> builtImages() {
        return all("docker build .*-t (\\S+)");
    }

    /** The arguments of `helm install`, or of `helm upgrade`. */
    private List<List<String>> helm(String command) {
        return all("helm " + command + " +([^`\\n]+)").stream()
                .map(arguments -> List.of(arguments.replace("'", "").split(" +", -1)))
                .toList();
    }

    private static Map<String, Object> settings(List<String> arguments) {
        Map<String, Object> settings = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            if (arguments.get(i).equals("--set")) {
                put(arguments.get(i + 1).split("=", 2), settings);
            }
        }
        return settings;
    }

    /** With {@code {a,b}} element by element, which is all that Helm's Java interface takes. */
    private static void put(String[] setting, Map<String, Object> settings) {
        if (!setting[1].startsWith("{")) {
            settings.put(setting[0], setting[1]);
            return;
        }
        String[] elements = setting[1].substring(1, setting[1].length() - 1).split(",", -1);
        for (int i = 0; i < elements.length; i++) {
            settings.put(setting[0] + "[" + i + "]", elements[i]);
        }
    }

    private static String image(Map<String, Object> settings) {
        V1Deployment deployment = HelmChart.render("default", settings).first(V1Deployment.class);
        return deployment
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getImage();
    }

    @Test
    void everyInstallationWaitsForAnImageThatIsBuilt() {
        assertThat(helm("install")).hasSize(4).allSatisfy(arguments -> {
            assertThat(arguments).startsWith("vision", "helm/xception-server").contains("--wait", "--timeout");
            assertThat(image(settings(arguments))).isIn(builtImages());
        });
    }

    @Test
    void theImageForAGpuIsBuilt() {
        Map<String, Object> settings = settings(helm("install").getFirst());
        settings.put("gpu.enabled", true);
        assertThat(image(settings)).isIn(builtImages());
    }

    @Test
    void everyUpgradeKeepsTheSettingsOfTheInstallation() {
        assertThat(helm("upgrade")).hasSize(2).allSatisfy(arguments -> {
            assertThat(arguments).startsWith("vision", "helm/xception-server").contains("--reuse-values");
            Map<String, Object> settings = settings(helm("install").getFirst());
            settings.putAll(settings(arguments));
            assertThat(image(settings)).isIn(builtImages());
        });
    }

    @Test
    void everyModelOfOnesOwnIsImportedFirst() {
        List<String> imported = all("--name ([a-z0-9-]+)");
        assertThat(all("model\\.names=\\{([^}]*)}"))
                .hasSize(4)
                .allSatisfy(names -> assertThat(imported).contains(names.split(",", -1)));
    }

    @Test
    void anImageWithModelsHasThemWhereTheImageLooksForThem() throws IOException {
        List<String> copies = all("^(COPY .* /models)$");
        String own = Files.readString(Path.of("Dockerfile"));
        assertThat(copies)
                .singleElement()
                .satisfies(copy -> assertThat(own)
                        .contains("XCEPTION_MODEL_DIRECTORY=/models", "USER 10001:10001", copy.split(" ", -1)[1]));
        assertThat(all("^FROM (\\S+)$"))
                .isNotEmpty()
                .allSatisfy(base -> assertThat(base).isIn(builtImages()));
    }

    @Test
    void thePodThatImportsWritesToTheClaimThatTheServerReads() throws IOException {
        String manifest = document.substring(document.indexOf("<<EOF\n") + 6, document.indexOf("\nEOF\n"));
        List<Map<String, Object>> objects = new ArrayList<>();
        new Yaml().loadAll(manifest).forEach(object -> objects.add(map(object)));
        Release release = new Release(objects);
        String claim =
                release.first(V1PersistentVolumeClaim.class).getMetadata().getName();
        V1Pod pod = release.first(V1Pod.class);
        assertThat(pod.getSpec().getVolumes())
                .singleElement()
                .satisfies(
                        volume -> assertThat(volume.getPersistentVolumeClaim().getClaimName())
                                .isEqualTo(claim));
        assertThat(all("model\\.pvc\\.existingClaim=(\\S+)")).containsOnly(claim);

        V1Container container = pod.getSpec().getContainers().getFirst();
        assertThat(container.getImage()).isIn(builtImages());
        assertThat(container.getVolumeMounts())
                .singleElement()
                .satisfies(mount -> assertThat(mount.getMountPath()).isEqualTo("/models"));
        Map<String, Object> chartsUser = map(HelmChart.values().get("podSecurityContext"));
        assertThat(pod.getSpec().getSecurityContext().getRunAsUser().intValue()).isEqualTo(chartsUser.get("runAsUser"));
        assertThat(pod.getSpec().getSecurityContext().getFsGroup().intValue()).isEqualTo(chartsUser.get("fsGroup"));
    }

    @Test
    void everyAlertSaysWhatToDo() throws IOException {
        Map<String, Object> rules = map(new Yaml().load(Files.readString(HelmChart.PATH.resolve("files/alerts.yaml"))));
        List<?> alerts =
                (List<?>) map(((List<?>) rules.get("groups")).getFirst()).get("rules");
        assertThat(all("^\\| `(Xception[A-Za-z]+)` \\|"))
                .isEqualTo(alerts.stream().map(alert -> map(alert).get("alert")).toList());
    }
}
