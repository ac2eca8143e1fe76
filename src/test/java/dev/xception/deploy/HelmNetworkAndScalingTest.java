package dev.xception.deploy;

import static dev.xception.deploy.HelmChart.map;
import static dev.xception.deploy.HelmChart.render;
import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.XceptionProperties;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1NetworkPolicyEgressRule;
import io.kubernetes.client.openapi.models.V1NetworkPolicyPort;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import io.kubernetes.client.openapi.models.V2MetricSpec;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.util.unit.DataSize;
import org.yaml.snakeyaml.Yaml;

/** How the pods are reached, watched and scaled. */
class HelmNetworkAndScalingTest {

    private static final String THIS_RELEASE = "namespace=\"shop\",service=\"vision-xception-server-metrics\"";

    private static final Pattern SERIES = Pattern.compile("\\b(up|xception_[a-z_]+|http_server_[a-z_]+)\\b");

    private static List<Integer> egressPorts(Release release) {
        List<V1NetworkPolicyEgressRule> rules =
                release.first(V1NetworkPolicy.class).getSpec().getEgress();
        return rules.stream()
                .flatMap(rule -> rule.getPorts().stream())
                .map(V1NetworkPolicyPort::getPort)
                .map(port -> port.getIntValue())
                .distinct()
                .toList();
    }

    @Test
    void theServiceLeadsToTheServicePortOfTheServingPods() {
        Release release = render("default");
        V1Service service = release.first(V1Service.class);
        assertThat(service.getSpec().getPorts()).singleElement().satisfies(port -> {
            assertThat(port.getPort()).isEqualTo(80);
            assertThat(port.getTargetPort().getStrValue()).isEqualTo("http");
        });
        V1Deployment deployment = release.first(V1Deployment.class);
        assertThat(service.getSpec().getSelector())
                .isEqualTo(deployment.getSpec().getSelector().getMatchLabels());
        assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels())
                .containsAllEntriesOf(service.getSpec().getSelector());
    }

    @Test
    void noLoadBalancerCarriesTheManagementPort() {
        List<V1Service> services =
                render("default", Map.of("service.type", "LoadBalancer")).all(V1Service.class);
        assertThat(services).hasSize(2);
        assertThat(services.getFirst().getSpec().getType()).isEqualTo("LoadBalancer");
        assertThat(services.getFirst().getSpec().getPorts())
                .noneSatisfy(port -> assertThat(port.getPort()).isEqualTo(8081));
        assertThat(services.getLast().getSpec().getClusterIP()).isEqualTo("None");
    }

    @Test
    void onlyTheDownloadMayLeaveThePod() {
        assertThat(egressPorts(render("default"))).containsExactly(53, 443);
        assertThat(egressPorts(render("pvc"))).containsExactly(53, 443);
        assertThat(egressPorts(render("everything"))).containsExactly(53, 443, 3128);
    }

    /** No init container does it then. */
    @Test
    void aServerThatMayDoWithRandomWeightsTriesTheDownloadItself() {
        Map<String, Object> untrained = Map.of("config.xception.model.when-missing", "untrained");
        assertThat(egressPorts(render("default", untrained))).containsExactly(53, 443);
        assertThat(egressPorts(render("pvc", untrained))).containsExactly(53, 443);
        assertThat(egressPorts(render("image", untrained))).isEmpty();
        assertThat(egressPorts(render("air-gapped", untrained))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"image", "air-gapped"})
    void nothingLeavesAPodThatDownloadsNothing(String caseName) {
        V1NetworkPolicy policy = render(caseName).first(V1NetworkPolicy.class);
        assertThat(policy.getSpec().getPolicyTypes()).contains("Egress");
        assertThat(policy.getSpec().getEgress()).isEmpty();
    }

    @Test
    void metricsAreOnlyForTheMonitoringNamespace() {
        V1NetworkPolicy policy = render("default").first(V1NetworkPolicy.class);
        assertThat(policy.getSpec().getIngress()).anySatisfy(rule -> {
            assertThat(rule.getPorts().getFirst().getPort().getStrValue()).isEqualTo("management");
            assertThat(rule.getFrom())
                    .singleElement()
                    .satisfies(peer -> assertThat(peer.getNamespaceSelector().getMatchLabels())
                            .containsEntry("kubernetes.io/metadata.name", "monitoring"));
        });
    }

    @Test
    void chosenClientsAndTheTestPodMayCall() {
        V1NetworkPolicy policy = render("air-gapped").first(V1NetworkPolicy.class);
        assertThat(policy.getSpec().getIngress().getFirst().getFrom())
                .hasSize(2)
                .last()
                .satisfies(peer -> assertThat(peer.getPodSelector().getMatchLabels())
                        .containsEntry("app.kubernetes.io/component", "test"));
    }

    @Test
    void anIngressLeadsToTheService() {
        Release release = render("ingress");
        V1Ingress ingress = release.first(V1Ingress.class);
        assertThat(ingress.getSpec().getIngressClassName()).isEqualTo("nginx");
        assertThat(ingress.getSpec().getRules().getFirst().getHttp().getPaths().getFirst())
                .satisfies(path -> {
                    assertThat(path.getBackend().getService().getName())
                            .isEqualTo(
                                    release.first(V1Service.class).getMetadata().getName());
                    assertThat(path.getBackend().getService().getPort().getName())
                            .isEqualTo("http");
                });
    }

    @Test
    void theIngressOfTheExampleLetsThroughWhatTheServerTakes() {
        String limit = render("ingress")
                .first(V1Ingress.class)
                .getMetadata()
                .getAnnotations()
                .get("nginx.ingress.kubernetes.io/proxy-body-size");
        DataSize largest = new Binder()
                .bindOrCreate("xception", XceptionProperties.class)
                .request()
                .maxBytes();
        assertThat(DataSize.parse(limit.replace("m", "MB"))).isGreaterThanOrEqualTo(largest);
    }

    @Test
    void aGatewayRouteLeadsToTheService() {
        Map<String, Object> route = render("gateway").extension("HTTPRoute");
        assertThat(route.get("spec")).isEqualTo(new Yaml().load("""
                        parentRefs: [{name: public, namespace: gateways, sectionName: https}]
                        hostnames: [pictures.example.com]
                        rules:
                          - matches: [{path: {type: PathPrefix, value: /}}]
                            timeouts: {request: 30s}
                            backendRefs: [{name: vision-xception-server, port: 80}]
                        """));
    }

    @Test
    void anAutoscalerOwnsTheReplicaCount() {
        assertThat(render("default").first(V1Deployment.class).getSpec().getReplicas())
                .isEqualTo(2);
        assertThat(render("autoscaling").first(V1Deployment.class).getSpec().getReplicas())
                .isNull();
        assertThat(render("keda").first(V1Deployment.class).getSpec().getReplicas())
                .isNull();
    }

    @Test
    void scalesOnTheServersCpuAndOnItsQueue() {
        Release release = render("autoscaling");
        V2HorizontalPodAutoscaler autoscaler = release.first(V2HorizontalPodAutoscaler.class);
        assertThat(autoscaler.getSpec().getScaleTargetRef().getName())
                .isEqualTo(release.first(V1Deployment.class).getMetadata().getName());
        List<V2MetricSpec> metrics = autoscaler.getSpec().getMetrics();
        assertThat(metrics).extracting(V2MetricSpec::getType).containsExactly("ContainerResource", "Pods");
        assertThat(metrics.getFirst().getContainerResource().getContainer()).isEqualTo("server");
        assertThat(metrics.getLast().getPods().getMetric().getName()).isEqualTo("xception_queue_depth");
        assertThat(metrics.getLast().getPods().getTarget().getAverageValue().getNumber())
                .isEqualByComparingTo("4");
    }

    @Test
    void kedaScalesOnTheMeanNumberOfWaitingPictures() {
        Map<String, Object> spec = map(render("keda").extension("ScaledObject").get("spec"));
        assertThat(spec).isEqualTo(new Yaml().load("""
                        scaleTargetRef: {name: vision-xception-server}
                        minReplicaCount: 2
                        maxReplicaCount: 10
                        pollingInterval: 15
                        advanced:
                          horizontalPodAutoscalerConfig:
                            behavior:
                              scaleUp:
                                stabilizationWindowSeconds: 0
                                policies: [{type: Percent, value: 100, periodSeconds: 60}]
                              scaleDown:
                                stabilizationWindowSeconds: 300
                                policies: [{type: Pods, value: 1, periodSeconds: 60}]
                        triggers:
                          - type: prometheus
                            metricType: AverageValue
                            metadata:
                              serverAddress: http://prometheus-operated.monitoring.svc:9090
                              query: >-
                                sum(rate(xception_stage_seconds_sum{stage="queue",namespace="shop",service="vision-xception-server-metrics"}[1m]))
                              threshold: "4"
                            authenticationRef: {name: prometheus}
                        """));
    }

    @Test
    void theThresholdMayBeANumber() {
        Map<String, Object> spec = map(render("keda", Map.of("keda.prometheus.threshold", 8))
                .extension("ScaledObject")
                .get("spec"));
        Map<String, Object> trigger = map(((List<?>) spec.get("triggers")).getFirst());
        assertThat(map(trigger.get("metadata"))).containsEntry("threshold", "8");
    }

    @Test
    void thePodDisruptionBudgetNeverBlocksADrainForGood() {
        V1PodDisruptionBudget budget = render("default").first(V1PodDisruptionBudget.class);
        assertThat(budget.getSpec().getMaxUnavailable().getIntValue()).isPositive();
        assertThat(budget.getSpec().getMinAvailable()).isNull();
    }

    @Test
    void theServiceMonitorFindsTheMetricsService() {
        Release release = render("monitoring", Map.of("nameOverride", "vision"));
        V1Service metrics = release.all(V1Service.class).getLast();
        Map<String, Object> spec = map(release.extension("ServiceMonitor").get("spec"));
        assertThat(spec)
                .containsOnlyKeys("selector", "namespaceSelector", "endpoints")
                .containsEntry("namespaceSelector", Map.of("matchNames", List.of("shop")));
        assertThat(spec.get("endpoints")).isEqualTo(new Yaml().load("""
                        - port: management
                          path: /actuator/prometheus
                          interval: 15s
                          relabelings: [{targetLabel: job, replacement: xception-server}]
                        """));
        Map<String, Object> labels = map(map(spec.get("selector")).get("matchLabels"));
        labels.forEach(
                (key, value) -> assertThat(metrics.getMetadata().getLabels()).containsEntry(key, (String) value));
        assertThat(release.all(V1Service.class).getFirst().getMetadata().getLabels())
                .doesNotContainKey("xception.dev/metrics");
    }

    /** Else another release would keep silent that this one is down, and raise alerts in its name. */
    @Test
    void everySelectorOfTheAlertRulesIsOfThisReleaseAlone() {
        Map<String, Object> spec =
                map(render("monitoring").extension("PrometheusRule").get("spec"));
        List<?> rules = (List<?>) map(((List<?>) spec.get("groups")).getFirst()).get("rules");
        assertThat(rules).allSatisfy(rule -> {
            String query = (String) map(rule).get("expr");
            Matcher series = SERIES.matcher(query);
            assertThat(series.results().count()).as(query).isPositive();
            assertThat(series.reset().results())
                    .as(query)
                    .allSatisfy(
                            match -> assertThat(query.substring(match.end())).startsWith("{" + THIS_RELEASE));
        });
    }

    @Test
    void theAlertRulesAndTheDashboardAreTheFilesThatComposeUses() throws Exception {
        Release release = render("monitoring");
        Map<String, Object> rules = map(new Yaml()
                .load(Files.readString(HelmChart.PATH.resolve("files/alerts.yaml"))
                        .replace("job=\"xception-server\"", THIS_RELEASE)));
        List<?> rendered =
                (List<?>) map(release.extension("PrometheusRule").get("spec")).get("groups");
        assertThat(rendered.getFirst()).isEqualTo(((List<?>) rules.get("groups")).getFirst());
        assertThat(map(rendered.getLast())).containsEntry("name", "ours");
        String dashboard = release.all(V1ConfigMap.class).stream()
                .filter(map -> map.getMetadata().getName().endsWith("-dashboard"))
                .findFirst()
                .orElseThrow()
                .getData()
                .get("xception-server.json");
        assertThat(dashboard.strip())
                .isEqualTo(Files.readString(HelmChart.PATH.resolve("files/dashboard.json"))
                        .strip());
    }
}
