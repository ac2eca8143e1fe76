package dev.xception.deploy;

import static dev.xception.deploy.HelmChart.render;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.LintResult;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import java.io.IOException;
import java.nio.file.Files;
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
        "keda.prometheus.threshold, 0",
        "extraVolumeMounts[0].mountPath, certificates",
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
    void refusesAnAutoscalerWhoseMostPodsAreFewerThanItsLeast() {
        assertThatThrownBy(() -> render("autoscaling", Map.of("autoscaling.maxReplicas", 1)))
                .hasMessageContaining("autoscaling.maxReplicas must not be less");
        assertThatThrownBy(() -> render("keda", Map.of("keda.maxReplicas", 1)))
                .hasMessageContaining("keda.maxReplicas must not be less");
    }

    @Test
    void aClaimThatIsWrittenToIsForOneNodeThoughItsVolumeCouldBeReadByMany() {
        Map<String, Object> settings = Map.of(
                "model.source", "pvc",
                "model.pvc.accessModes[0]", "ReadWriteOnce",
                "model.pvc.accessModes[1]", "ReadOnlyMany");
        assertThatThrownBy(() -> render("default", settings)).hasMessageContaining("cannot share a volume");
    }

    @ParameterizedTest
    @CsvSource({"model.pvc.readOnly, true", "model.pvc.accessModes[0], ReadOnlyMany"})
    void refusesAClaimOfItsOwnThatNothingCouldFill(String key, String value) {
        Map<String, Object> settings = new HashMap<>(Map.of("model.source", "pvc", "replicaCount", 1, key, value));
        assertThatThrownBy(() -> render("default", settings)).hasMessageContaining("nothing could fill it");
        settings.put("model.pvc.existingClaim", "filled");
        assertThat(render("default", settings).has(V1PersistentVolumeClaim.class))
                .isFalse();
    }

    @Test
    void refusesAGraphThatNoDownloadMakes() {
        Map<String, Object> settings = new HashMap<>(Map.of("config.xception.model.precision", "int8"));
        assertThatThrownBy(() -> render("default", settings)).hasMessageContaining("made by `quantize`");
        settings.put("model.source", "image");
        assertThat(render("default", settings).objects()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "config.xception.model.precision, int8",
        "secret.stringData.XCEPTION_MODEL_PRECISION, INT8",
    })
    void refusesInt8OnAGpu(String key, String value) {
        Map<String, Object> settings = new HashMap<>(Map.of("model.source", "image", key, value));
        assertThatThrownBy(() -> render("gpu", settings)).hasMessageContaining("only a CPU has kernels for int8");
        settings.put(key, "fp16");
        assertThat(render("gpu", settings).objects()).isNotEmpty();
    }

    @Test
    void refusesGpusThatWouldBeIdle() {
        Map<String, Object> settings = new HashMap<>(Map.of("gpu.count", 2));
        assertThatThrownBy(() -> render("gpu", settings)).hasMessageContaining("computes on one GPU");
        settings.put("gpu.resourceName", "example.com/gpu-memory");
        assertThat(render("gpu", settings).objects()).isNotEmpty();
    }

    @Test
    void aNameOfDigitsIsNoNumber(@TempDir Path folder) throws IOException {
        int digits = 20_261_129;
        Path values = folder.resolve("values.yaml");
        Files.writeString(values, """
                nameOverride: "20261129"
                fullnameOverride: vision
                serviceAccount: {name: "20261129"}
                secret: {existingSecret: "20261129"}
                priorityClassName: "20261129"
                model: {source: pvc, pvc: {existingClaim: "20261129"}}
                gpu: {enabled: true, runtimeClassName: "20261129"}
                ingress: {enabled: true, className: "20261129"}
                metrics: {serviceMonitor: {enabled: true}}
                keda: {enabled: true, authenticationRef: "20261129"}
                """);
        String name = Integer.toString(digits);
        assertThat(HelmChart.render(name, name, values).objects())
                .allSatisfy(object -> assertThat(leaves(object)).doesNotContain(digits));
        Files.writeString(
                values, "model: {source: pvc, pvc: {accessModes: [ReadWriteMany], storageClassName: \"20261129\"}}");
        assertThat(HelmChart.render(name, name, values).objects())
                .allSatisfy(object -> assertThat(leaves(object)).doesNotContain(digits));
    }

    private static List<Object> leaves(Object yaml) {
        return switch (yaml) {
            case Map<?, ?> map ->
                map.values().stream().flatMap(value -> leaves(value).stream()).toList();
            case List<?> list ->
                list.stream().flatMap(value -> leaves(value).stream()).toList();
            default -> List.of(yaml);
        };
    }

    @Test
    void theDashboardNeedsNoLabels() {
        Release release = render(
                "default",
                Map.of("metrics.dashboard.enabled", true, "metrics.dashboard.labels.grafana_dashboard", "null"));
        assertThat(release.all(V1ConfigMap.class)).hasSize(2);
    }

    @Test
    void theNotesTellHowToClassifyAPicture() {
        assertThat(HelmChart.notes("default"))
                .contains("port-forward service/vision-xception-server 8080:80")
                .contains("curl --form file=@photo.jpg http://localhost:8080/classify")
                .doesNotContain("WARNING");
        assertThat(HelmChart.notes("ingress")).contains("https://pictures.example.com/classify");
        assertThat(HelmChart.notes("default", Map.of("config.server.servlet.context-path", "/vision")))
                .contains("http://localhost:8080/vision/classify");
    }

    @ParameterizedTest
    @CsvSource({
        "config.xception.model.when-missing, untrained",
        "config.xception.model.whenMissing, UNTRAINED",
        "secret.stringData.XCEPTION_MODEL_WHENMISSING, untrained",
    })
    void theNotesWarnOfRandomWeights(String key, String value) {
        assertThat(HelmChart.notes("default", Map.of(key, value)))
                .contains("WARNING: xception.model.when-missing is \"untrained\"");
    }

    @Test
    void theNotesWarnWhereTheSessionsAreAsManyAsTheCoresOfTheNode() {
        Map<String, Object> settings = new HashMap<>(Map.of("resources.limits.cpu", "null"));
        assertThat(HelmChart.notes("default", settings)).contains("WARNING: resources.limits.cpu is not set");
        settings.put("config.xception.session.count", 2);
        assertThat(HelmChart.notes("default", settings)).doesNotContain("WARNING");
    }

    @Test
    void theNotesWarnWhereNothingGivesTheSeriesTheLabelsThatAreAskedFor() {
        String labels = "namespace=\"shop\",service=\"vision-xception-server-metrics\"";
        for (String caseName : List.of("monitoring", "keda")) {
            assertThat(HelmChart.notes(caseName)).doesNotContain("WARNING");
        }
        Map<String, Object> without = Map.of("metrics.serviceMonitor.enabled", false);
        assertThat(HelmChart.notes("monitoring", without))
                .contains("WARNING: metrics.serviceMonitor.enabled is false", labels, "XceptionServerDown")
                .doesNotContain("KEDA");
        assertThat(HelmChart.notes("keda", without))
                .contains("WARNING: metrics.serviceMonitor.enabled is false", labels, "KEDA")
                .doesNotContain("XceptionServerDown");
        assertThat(HelmChart.notes(
                        "keda", Map.of("metrics.serviceMonitor.enabled", false, "keda.prometheus.query", "vector(1)")))
                .doesNotContain("WARNING");
    }
}
