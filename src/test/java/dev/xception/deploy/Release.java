package dev.xception.deploy;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.util.List;
import java.util.Map;

/** The objects of one rendering, in Helm's order. */
record Release(List<Map<String, Object>> objects) {

    /** Kinds that Kubernetes itself defines; reading into these classes refuses an unknown field at any depth. */
    static final Map<String, Class<?>> MODELS = Map.ofEntries(
            Map.entry("v1/ConfigMap", V1ConfigMap.class),
            Map.entry("v1/PersistentVolumeClaim", V1PersistentVolumeClaim.class),
            Map.entry("v1/Pod", V1Pod.class),
            Map.entry("v1/Secret", V1Secret.class),
            Map.entry("v1/Service", V1Service.class),
            Map.entry("v1/ServiceAccount", V1ServiceAccount.class),
            Map.entry("apps/v1/Deployment", V1Deployment.class),
            Map.entry("autoscaling/v2/HorizontalPodAutoscaler", V2HorizontalPodAutoscaler.class),
            Map.entry("networking.k8s.io/v1/Ingress", V1Ingress.class),
            Map.entry("networking.k8s.io/v1/NetworkPolicy", V1NetworkPolicy.class),
            Map.entry("policy/v1/PodDisruptionBudget", V1PodDisruptionBudget.class));

    static String kind(Map<String, Object> object) {
        return object.get("apiVersion") + "/" + object.get("kind");
    }

    static Object readStrictly(Map<String, Object> object, Class<?> model) {
        JsonElement json = new Gson().toJsonTree(object);
        return JSON.getGson().fromJson(json, model);
    }

    boolean has(Class<?> model) {
        return objects.stream().anyMatch(object -> MODELS.get(kind(object)) == model);
    }

    /** The first object of the class. */
    <T> T first(Class<T> model) {
        return all(model).getFirst();
    }

    <T> List<T> all(Class<T> model) {
        return objects.stream()
                .filter(object -> MODELS.get(kind(object)) == model)
                .map(object -> model.cast(readStrictly(object, model)))
                .toList();
    }

    /** The one object of a kind that an extension defines. */
    Map<String, Object> extension(String kind) {
        return objects.stream()
                .filter(object -> object.get("kind").equals(kind))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind));
    }
}
