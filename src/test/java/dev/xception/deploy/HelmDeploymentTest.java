package dev.xception.deploy;

import static dev.xception.deploy.HelmChart.render;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1ContainerPort;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1DeploymentStrategy;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Probe;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1SecurityContext;
import io.kubernetes.client.openapi.models.V1Volume;
import io.kubernetes.client.openapi.models.V1VolumeMount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** The pods: what they run, how they are probed, drained and confined, and where their model comes from. */
class HelmDeploymentTest {

    private static V1PodSpec pod(Release release) {
        return release.first(V1Deployment.class).getSpec().getTemplate().getSpec();
    }

    private static V1Container server(Release release) {
        return pod(release).getContainers().getFirst();
    }

    private static Map<String, Object> settings(Release release) {
        String yaml = release.first(V1ConfigMap.class).getData().get("application.yaml");
        return HelmChart.map(new Yaml().load(yaml));
    }

    private static Object setting(Release release, String path) {
        Object value = settings(release);
        for (String key : path.split("\\.", -1)) {
            value = HelmChart.map(value).get(key);
        }
        return value;
    }

    @Test
    void thePortsAreThoseThatTheServerIsToldToListenOn() {
        Release release = render("default");
        assertThat(server(release).getPorts())
                .extracting(V1ContainerPort::getName, V1ContainerPort::getContainerPort)
                .containsExactly(tuple("http", 8080), tuple("management", 8081));
        assertThat(setting(release, "server.port")).isEqualTo(8080);
        assertThat(setting(release, "management.server.port")).isEqualTo(8081);
    }

    @Test
    void theUserCannotMoveThePortsAwayFromTheService() {
        Release release = render("default", Map.of("config.server.port", 9090, "config.xception.batch.count", 2));
        assertThat(setting(release, "server.port")).isEqualTo(8080);
        assertThat(setting(release, "xception.batch.count")).isEqualTo(2);
    }

    @Test
    void startupAndLivenessAskWhetherItRunsAndReadinessWhetherItIsWarm() {
        V1Container server = server(render("default"));
        assertProbe(server.getStartupProbe(), "/livez");
        assertProbe(server.getLivenessProbe(), "/livez");
        assertProbe(server.getReadinessProbe(), "/readyz");
        V1Probe startup = server.getStartupProbe();
        assertThat(startup.getPeriodSeconds() * startup.getFailureThreshold())
                .as("seconds for a start on a slow machine")
                .isGreaterThanOrEqualTo(300);
    }

    private static void assertProbe(V1Probe probe, String path) {
        assertThat(probe.getHttpGet().getPath()).isEqualTo(path);
        assertThat(probe.getHttpGet().getPort().getStrValue()).isEqualTo("http");
    }

    @ParameterizedTest
    @CsvSource({
        "config.server.servlet.context-path, /vision",
        "config.server.servlet.contextPath, /vision",
        "secret.stringData.SERVER_SERVLET_CONTEXTPATH, /vision",
    })
    void theProbesAndTheTestPodAskBelowTheContextPath(String key, String value) {
        Release release = render("default", Map.of(key, value));
        V1Container server = server(release);
        assertProbe(server.getStartupProbe(), "/vision/livez");
        assertProbe(server.getLivenessProbe(), "/vision/livez");
        assertProbe(server.getReadinessProbe(), "/vision/readyz");
        assertThat(testedUrl(release)).isEqualTo("http://vision-xception-server:80/vision/readyz");
    }

    private static String testedUrl(Release release) {
        return release.first(V1Pod.class)
                .getSpec()
                .getContainers()
                .getFirst()
                .getArgs()
                .getLast();
    }

    @Test
    void aServerWithACertificateIsAskedOverTls() {
        Release release = render("tls");
        assertThat(schemes(release)).containsOnly("HTTPS");
        assertThat(testedUrl(release)).isEqualTo("https://vision-xception-server:80/readyz");
        assertThat(setting(release, "management.server.ssl.enabled"))
                .as("Prometheus speaks HTTP")
                .isEqualTo(false);
        assertThat(schemes(render("tls", Map.of("config.server.ssl.enabled", false))))
                .containsOnly("HTTP");
        assertThat(schemes(render("default"))).containsOnly("HTTP");
    }

    private static List<String> schemes(Release release) {
        V1Container server = server(release);
        return Stream.of(server.getStartupProbe(), server.getLivenessProbe(), server.getReadinessProbe())
                .map(probe -> probe.getHttpGet().getScheme())
                .toList();
    }

    @Test
    void theFilesOfTheUserReachTheServerAndThePrefetch() {
        Release release = render("tls");
        assertThat(volume(release, "tls").getSecret().getSecretName()).isEqualTo("vision-tls");
        V1Container prefetch = pod(release).getInitContainers().getFirst();
        for (V1Container container : List.of(server(release), prefetch)) {
            assertThat(container.getVolumeMounts())
                    .anySatisfy(mount -> assertThat(mount.getMountPath()).isEqualTo("/etc/tls"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "everything"})
    void theGracePeriodCoversTheSleepBeforeAndTheDrain(String caseName) {
        Release release = render(caseName);
        int sleep = server(release).getLifecycle() == null
                ? 0
                : Math.toIntExact(
                        server(release).getLifecycle().getPreStop().getSleep().getSeconds());
        String drain = (String) setting(release, "spring.lifecycle.timeout-per-shutdown-phase");
        assertThat(setting(release, "server.shutdown")).isEqualTo("graceful");
        assertThat(pod(release).getTerminationGracePeriodSeconds())
                .isGreaterThan(sleep + Integer.parseInt(drain.replace("s", "")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "gpu", "image", "everything", "minimal"})
    void everyContainerIsConfined(String caseName) {
        Release release = render(caseName);
        V1PodSpec testPod = release.first(V1Pod.class).getSpec();
        for (V1PodSpec pod : List.of(pod(release), testPod)) {
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
            assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
            assertThat(pod.getAutomountServiceAccountToken()).isFalse();
            assertThat(pod.getHostNetwork()).isNull();
            assertThat(pod.getContainers()).allSatisfy(HelmDeploymentTest::assertConfined);
            if (pod.getInitContainers() != null) {
                assertThat(pod.getInitContainers()).allSatisfy(HelmDeploymentTest::assertConfined);
            }
        }
    }

    private static void assertConfined(V1Container container) {
        V1SecurityContext context = container.getSecurityContext();
        assertThat(context.getAllowPrivilegeEscalation()).isFalse();
        assertThat(context.getReadOnlyRootFilesystem()).isTrue();
        assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(context.getCapabilities().getAdd()).isNullOrEmpty();
        assertThat(container.getVolumeMounts())
                .extracting(V1VolumeMount::getMountPath)
                .contains("/tmp");
        assertThat(container.getResources().getLimits()).containsKey("memory");
    }

    @Test
    void aChangedSettingOrSecretRestartsThePods() {
        Map<String, String> before = annotations(render("everything"));
        assertThat(annotations(render("everything", Map.of("config.xception.session.count", 3)))
                        .get("checksum/config"))
                .isNotEqualTo(before.get("checksum/config"));
        assertThat(annotations(render("everything", Map.of("secret.stringData.https_proxy", "http://other:3128")))
                        .get("checksum/secret"))
                .isNotEqualTo(before.get("checksum/secret"));
        assertThat(annotations(render("everything"))).isEqualTo(before);
    }

    private static Map<String, String> annotations(Release release) {
        return release.first(V1Deployment.class)
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getAnnotations();
    }

    @Test
    void theServerReadsTheConfigMap() {
        V1Container server = server(render("default"));
        assertThat(server.getEnv()).anySatisfy(variable -> {
            assertThat(variable.getName()).isEqualTo("SPRING_CONFIG_ADDITIONAL_LOCATION");
            assertThat(variable.getValue()).isEqualTo("file:/etc/xception/");
        });
        assertThat(server.getVolumeMounts())
                .anySatisfy(mount -> assertThat(mount.getMountPath()).isEqualTo("/etc/xception"));
    }

    @Test
    void aSecretReachesTheServerAsItsEnvironment() {
        Release own = render("everything");
        String name = own.first(V1Secret.class).getMetadata().getName();
        assertThat(secretOf(own)).isEqualTo(name);
        Release existing = render("everything", Map.of("secret.existingSecret", "proxies"));
        assertThat(existing.has(V1Secret.class)).isFalse();
        assertThat(secretOf(existing)).isEqualTo("proxies");
    }

    private static String secretOf(Release release) {
        return server(release).getEnvFrom().getFirst().getSecretRef().getName();
    }

    @Test
    void prefetchFillsTheScratchVolumeThatTheServerReads() {
        Release release = render("default");
        V1Container prefetch = pod(release).getInitContainers().getFirst();
        assertThat(prefetch.getArgs()).containsExactly("prefetch", "--models", "/models", "xception");
        assertThat(prefetch.getImage()).isEqualTo(server(release).getImage());
        assertThat(setting(release, "xception.model.directory")).isEqualTo("/models");
        assertThat(volume(release, "models").getEmptyDir()).isNotNull();
        assertThat(modelMount(prefetch).getMountPath()).isEqualTo("/models");
        assertThat(modelMount(server(release)).getMountPath()).isEqualTo("/models");
    }

    @Test
    void prefetchMakesTheGraphThatTheServerIsToldToServe() {
        Release release = render(
                "default",
                Map.of("config.xception.model.precision", "fp16", "config.xception.model.verify-digest", false));
        assertThat(pod(release).getInitContainers().getFirst().getArgs())
                .containsExactly(
                        "prefetch", "--models", "/models", "--precision", "fp16", "--no-verify-digest", "xception");
    }

    @ParameterizedTest
    @CsvSource({
        "config.xception.model.when-missing, untrained",
        "config.xception.model.whenMissing, Untrained",
        "secret.stringData.XCEPTION_MODEL_WHENMISSING, untrained",
    })
    void nothingIsFetchedWhereRandomWeightsWillDo(String key, String value) {
        Release release = render("default", Map.of(key, value));
        assertThat(pod(release).getInitContainers()).isNullOrEmpty();
        assertThat(volume(release, "models").getEmptyDir()).isNotNull();
    }

    @Test
    void theEnvironmentWinsOverTheFile() {
        Map<String, Object> settings = Map.of(
                "config.xception.model.when-missing", "untrained",
                "extraEnv[0].name", "XCEPTION_MODEL_WHENMISSING",
                "extraEnv[0].value", "fail");
        assertThat(pod(render("default", settings)).getInitContainers()).hasSize(1);
    }

    @Test
    void aClaimOutlivesTheReleaseAndIsFilledByThePrefetch() {
        Release release = render("pvc");
        V1PersistentVolumeClaim claim = release.first(V1PersistentVolumeClaim.class);
        assertThat(volume(release, "models").getPersistentVolumeClaim().getClaimName())
                .isEqualTo(claim.getMetadata().getName());
        assertThat(claim.getMetadata().getAnnotations()).containsEntry("helm.sh/resource-policy", "keep");
        assertThat(pod(release).getInitContainers()).hasSize(1);
    }

    @Test
    void everyNameIsPrefetchedAndServed() {
        Release release = render("pvc", Map.of("model.names[0]", "xception", "model.names[1]", "flowers"));
        assertThat(pod(release).getInitContainers().getFirst().getArgs()).endsWith("xception", "flowers");
        assertThat(setting(release, "xception.model.names")).isEqualTo(List.of("xception", "flowers"));
    }

    /** There is no other that an init container could download. */
    @Test
    void anEmptyVolumeIsFilledWithTheOfficialModel() throws IOException {
        int filled = 0;
        for (Path values : HelmChart.cases()) {
            Release release = render(values.getFileName().toString().replace("-values.yaml", ""));
            if (pod(release).getInitContainers() != null) {
                filled++;
                assertThat(setting(release, "xception.model.names"))
                        .as("%s", values)
                        .isEqualTo(List.of("xception"));
            }
        }
        assertThat(filled).isGreaterThan(5);
    }

    @Test
    void theOnePodOfAClaimForOneNodeEndsBeforeTheNext() {
        Release release = render("default", Map.of("model.source", "pvc", "replicaCount", 1));
        assertThat(strategy(release).getType()).isEqualTo("Recreate");
        assertThat(strategy(release).getRollingUpdate()).isNull();
        assertThat(strategy(render("pvc")).getType()).isEqualTo("RollingUpdate");
        Release chosen = render("default", Map.of("updateStrategy.type", "Recreate"));
        assertThat(strategy(chosen).getType()).isEqualTo("Recreate");
        assertThat(strategy(chosen).getRollingUpdate()).isNull();
    }

    private static V1DeploymentStrategy strategy(Release release) {
        return release.first(V1Deployment.class).getSpec().getStrategy();
    }

    @Test
    void aFilledReadOnlyClaimIsOnlyRead() {
        Release release = render("air-gapped");
        assertThat(release.has(V1PersistentVolumeClaim.class)).isFalse();
        assertThat(pod(release).getInitContainers()).isNullOrEmpty();
        assertThat(modelMount(server(release)).getReadOnly()).isTrue();
        assertThat(volume(release, "models").getPersistentVolumeClaim()).satisfies(claim -> {
            assertThat(claim.getClaimName()).isEqualTo("xception-models");
            assertThat(claim.getReadOnly()).isTrue();
        });
    }

    @Test
    void aModelInTheImageIsNotHiddenByAVolume() {
        Release release = render("image");
        assertThat(pod(release).getInitContainers()).isNullOrEmpty();
        assertThat(pod(release).getVolumes()).extracting(V1Volume::getName).doesNotContain("models");
        assertThat(server(release).getVolumeMounts())
                .extracting(V1VolumeMount::getName)
                .doesNotContain("models");
    }

    private static V1Volume volume(Release release, String name) {
        return pod(release).getVolumes().stream()
                .filter(volume -> volume.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static V1VolumeMount modelMount(V1Container container) {
        return container.getVolumeMounts().stream()
                .filter(mount -> mount.getName().equals("models"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aGpuIsAskedForAndUsed() {
        Release release = render("gpu");
        V1Container server = server(release);
        assertThat(server.getImage()).endsWith("-cuda");
        assertThat(server.getResources().getLimits().get("nvidia.com/gpu").getNumber())
                .isEqualByComparingTo("1");
        assertThat(server.getResources().getLimits()).containsKeys("cpu", "memory");
        assertThat(setting(release, "xception.session.provider")).isEqualTo("cuda");
        assertThat(pod(release).getRuntimeClassName()).isEqualTo("nvidia");
        assertThat(pod(release).getNodeSelector()).containsEntry("nvidia.com/gpu.present", "true");
        assertThat(pod(release).getTolerations())
                .anySatisfy(toleration -> assertThat(toleration.getKey()).isEqualTo("nvidia.com/gpu"));
        V1Container prefetch = pod(release).getInitContainers().getFirst();
        assertThat(prefetch.getResources().getLimits()).doesNotContainKey("nvidia.com/gpu");
    }

    @Test
    void aChosenProviderIsKept() {
        Release release = render("gpu", Map.of("config.xception.session.provider", "tensorrt"));
        assertThat(setting(release, "xception.session.provider")).isEqualTo("tensorrt");
    }

    @Test
    void aServerWithAGpuHasMemoryForCuda() {
        Release release = render("default", Map.of("gpu.enabled", true));
        assertThat(memoryLimit(server(release))).isEqualTo("8Gi");
        assertThat(server(release).getResources().getRequests().get("memory").toSuffixedString())
                .isEqualTo("8Gi");
        assertThat(memoryLimit(pod(release).getInitContainers().getFirst())).isEqualTo("1536Mi");
        assertThat(memoryLimit(server(render("default")))).isEqualTo("1536Mi");
        assertThat(memoryLimit(
                        server(render("default", Map.of("gpu.enabled", true, "gpu.resources.limits.memory", "12Gi")))))
                .isEqualTo("12Gi");
    }

    private static String memoryLimit(V1Container container) {
        return container.getResources().getLimits().get("memory").toSuffixedString();
    }

    @ParameterizedTest
    @CsvSource({
        "default, xception-server:0.1.0",
        "image, xception-server:0.1.0-with-model",
        "air-gapped, registry.internal/ml/xception-server@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    })
    void theImageIsNamedByTagOrDigest(String caseName, String image) {
        assertThat(server(render(caseName)).getImage()).isEqualTo(image);
    }

    @Test
    void thePodsSpreadOverZonesAndNodes() {
        assertThat(pod(render("default")).getTopologySpreadConstraints())
                .extracting(constraint -> constraint.getTopologyKey())
                .containsExactly("topology.kubernetes.io/zone", "kubernetes.io/hostname");
    }

    @Test
    void theTestPodSendsAPictureToTheServiceAndIsNotItsBackend() {
        Release release = render("default");
        V1Pod test = release.first(V1Pod.class);
        assertThat(test.getMetadata().getAnnotations()).containsEntry("hook", "test");
        assertThat(test.getSpec().getContainers().getFirst().getArgs())
                .containsExactly(
                        "health", "--classify", "--timeout", "30", "--url", "http://vision-xception-server:80/readyz");
        Map<String, String> selector =
                release.first(V1Deployment.class).getSpec().getSelector().getMatchLabels();
        assertThat(test.getMetadata().getLabels()).containsEntry("app.kubernetes.io/component", "test");
        assertThat(selector).containsEntry("app.kubernetes.io/component", "server");
    }
}
