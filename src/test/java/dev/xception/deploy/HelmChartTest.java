package dev.xception.deploy;

import static dev.xception.deploy.HelmChart.render;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.LintResult;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The chart as a whole: Helm accepts it, Kubernetes would accept what it renders, and it refuses wrong values. */
class HelmChartTest {

    private static final Set<String> EXTENSIONS = Set.of(
            "gateway.networking.k8s.io/v1/HTTPRoute",
            "keda.sh/v1alpha1/ScaledObject",
            "monitoring.coreos.com/v1/PrometheusRule",
            "monitoring.coreos.com/v1/ServiceMonitor");

    static List<Path> cases() throws IOException {
        return HelmChart.cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyCasePassesTheStrictLint(Path values, @TempDir Path folder) throws IOException {
        LintResult result = HelmChart.lint(values, folder);
        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyObjectIsReadStrictlyIntoItsModelClass(Path values) {
        String caseName = values.getFileName().toString().replace("-values.yaml", "");
        for (Map<String, Object> object : render(caseName).objects()) {
            String kind = Release.kind(object);
            Class<?> model = Release.MODELS.get(kind);
            if (model == null) {
                assertThat(EXTENSIONS).contains(kind);
            } else {
                assertThat(Release.readStrictly(object, model)).as(kind).isNotNull();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyNameIsUniqueAndShortEnough(Path values) {
        String caseName = values.getFileName().toString().replace("-values.yaml", "");
        List<String> names = render(caseName).objects().stream()
                .map(object -> object.get("kind") + "/"
                        + HelmChart.map(object.get("metadata")).get("name"))
                .toList();
        assertThat(names)
                .doesNotHaveDuplicates()
                .allSatisfy(name -> assertThat(name.split("/", 2)[1])
                        .matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?")
                        .hasSizeLessThanOrEqualTo(63));
    }

    @Test
    void aModelClassRefusesAFieldThatKubernetesDoesNotKnow() {
        Map<String, Object> container = Map.of("name", "server", "livenessProb", Map.of());
        Map<String, Object> pod =
                Map.of("apiVersion", "v1", "kind", "Pod", "spec", Map.of("containers", List.of(container)));
        assertThatThrownBy(() -> Release.readStrictly(pod, Release.MODELS.get("v1/Pod")))
                .hasMessageContaining("livenessProb");
    }

    @ParameterizedTest
    @CsvSource({
        "replicas, 3",
        "model.sources, pvc",
        "model.source, s3",
        "image.pullPolicy, Sometimes",
        "image.digest, latest",
        "service.type, ExternalName",
        "service.port, 0",
        "drain.preStopSeconds, -1",
        "probes.liveness.path, /healthz",
        "resources.limits.memory, much",
        "autoscaling.queue.metric, xception.queue.depth",
        "keda.minReplicas, 0",
        "keda.prometheus.serverAddress, prometheus:9090",
        "topologySpread.whenUnsatisfiable, Maybe",
        "metrics.serviceMonitor.interval, often",
    })
    void refusesAValueThatTheSchemaDoesNotAllow(String key, String value) {
        assertThatThrownBy(() -> render("default", Map.of(key, value)))
                .hasMessageContaining("values don't meet the specifications of the schema");
    }

    @Test
    void refusesTwoAutoscalersForOneDeployment() {
        assertThatThrownBy(() -> render("keda", Map.of("autoscaling.enabled", true)))
                .hasMessageContaining("choose one");
    }

    @Test
    void refusesAnAutoscalerWithoutAMetric() {
        assertThatThrownBy(() -> render(
                        "autoscaling",
                        Map.of("autoscaling.targetCPUUtilization", 0, "autoscaling.queue.enabled", false)))
                .hasMessageContaining("targetCPUUtilization or queue.enabled");
    }

    @ParameterizedTest
    @CsvSource({"replicaCount, 2", "autoscaling.enabled, true", "keda.enabled, true"})
    void refusesMorePodsThanCanMountTheClaim(String key, String value) {
        Map<String, Object> settings = new HashMap<>(Map.of("model.source", "pvc", "replicaCount", 1));
        settings.put(key, value);
        assertThatThrownBy(() -> render("default", settings))
                .hasMessageContaining("cannot share a volume that is ReadWriteOnce");
        settings.put("model.pvc.existingClaim", "ours");
        Release release = render("default", settings);
        assertThat(release.has(V1PersistentVolumeClaim.class)).isFalse();
    }

    @Test
    void theNotesTellHowToClassifyAPicture() {
        assertThat(HelmChart.notes("default"))
                .contains("port-forward service/vision-xception-server 8080:80")
                .contains("curl --form file=@photo.jpg http://localhost:8080/classify")
                .doesNotContain("WARNING");
        assertThat(HelmChart.notes("ingress")).contains("https://pictures.example.com/classify");
        assertThat(HelmChart.notes("everything")).contains("WARNING: xception.model.when-missing is \"untrained\"");
    }

    @Test
    void theNotesWarnWhereNothingGivesTheSeriesTheLabelsThatAreAskedFor() {
        String job = "job=\"xception-server\"";
        String service = "namespace=\"shop\", service=\"vision-xception-server-metrics\"";
        for (String caseName : List.of("monitoring", "keda")) {
            assertThat(HelmChart.notes(caseName)).doesNotContain("WARNING");
        }
        Map<String, Object> without = Map.of("metrics.serviceMonitor.enabled", false);
        assertThat(HelmChart.notes("monitoring", without))
                .contains("WARNING: metrics.serviceMonitor.enabled is false", job)
                .doesNotContain(service);
        assertThat(HelmChart.notes("keda", without))
                .contains("WARNING: metrics.serviceMonitor.enabled is false", service)
                .doesNotContain(job);
        assertThat(HelmChart.notes(
                        "keda", Map.of("metrics.serviceMonitor.enabled", false, "keda.prometheus.query", "vector(1)")))
                .doesNotContain("WARNING");
    }
}
