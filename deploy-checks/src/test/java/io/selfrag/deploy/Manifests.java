package io.selfrag.deploy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The manifests below {@code k8s}: what Kubernetes itself knows as its own types, the rest as it is written. */
final class Manifests {
  private static final Map<String, Class<? extends HasMetadata>> TYPES = Map.ofEntries(
      Map.entry("v1/ConfigMap", ConfigMap.class), Map.entry("v1/Namespace", Namespace.class),
      Map.entry("v1/Secret", Secret.class), Map.entry("v1/ServiceAccount", ServiceAccount.class),
      Map.entry("v1/Service", io.fabric8.kubernetes.api.model.Service.class),
      Map.entry("apps/v1/Deployment", Deployment.class), Map.entry("apps/v1/StatefulSet", StatefulSet.class),
      Map.entry("autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
      Map.entry("batch/v1/Job", Job.class), Map.entry("batch/v1/CronJob", CronJob.class),
      Map.entry("v1/PersistentVolumeClaim", PersistentVolumeClaim.class),
      Map.entry("networking.k8s.io/v1/Ingress", Ingress.class),
      Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
      Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class));
  /** Types of operators and of kustomize, for which there is no model here. */
  static final Set<String> OTHERS = Set.of("keda.sh/v1alpha1/ScaledObject", "keda.sh/v1alpha1/TriggerAuthentication",
      "external-secrets.io/v1/ExternalSecret",
      "kafka.strimzi.io/v1beta2/Kafka", "kafka.strimzi.io/v1beta2/KafkaNodePool",
      "kafka.strimzi.io/v1beta2/KafkaTopic", "postgresql.cnpg.io/v1/Cluster",
      "kustomize.config.k8s.io/v1beta1/Kustomization", "kustomize.config.k8s.io/v1alpha1/Component");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<HasMetadata> typed = new ArrayList<>();
  private final List<Map<String, Object>> others = new ArrayList<>();

  private Manifests() {}

  static Manifests of(Stream<String> texts) {
    var result = new Manifests();
    texts.flatMap(it -> YamlFile.documents(it).stream()).forEach(result::add);
    return result;
  }

  /** All manifests of a folder. */
  static Manifests in(String folder) {
    return of(Repository.files(folder, ".yaml").stream().map(Repository::text));
  }

  private void add(Map<String, Object> document) {
    var type = document.get("apiVersion") + "/" + document.get("kind");
    var known = TYPES.get(type);
    if (known != null) {
      typed.add(JSON.convertValue(document, known));
    } else if (OTHERS.contains(type)) {
      others.add(document);
    } else {
      throw new IllegalArgumentException("unknown type of manifest: " + type);
    }
  }

  List<HasMetadata> typed() {
    return typed;
  }

  <T extends HasMetadata> List<T> of(Class<T> type) {
    return typed.stream().filter(type::isInstance).map(type::cast).toList();
  }

  List<Map<String, Object>> ofKind(String kind) {
    return others.stream().filter(it -> kind.equals(it.get("kind"))).toList();
  }

  static String name(Map<String, Object> document) {
    return String.valueOf(YamlFile.map(document.get("metadata")).get("name"));
  }
}
