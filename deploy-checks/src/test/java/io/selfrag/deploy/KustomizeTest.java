package io.selfrag.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The overlays, put together by kustomize itself. */
class KustomizeTest {
  private static final List<String> COMPONENTS = List.of("strimzi-kafka", "cloudnative-pg", "qdrant", "kafka-sasl");

  @TempDir
  private Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"development", "production"})
  void anOverlayFitsTogether(String overlay) throws IOException, InterruptedException {
    var manifests = together(Repository.path("k8s/overlays/" + overlay));
    var namespace = overlay.equals("production") ? "selfrag" : "selfrag-dev";
    assertThat(manifests.typed()).hasSizeGreaterThan(30).allSatisfy(it -> {
      assertThat(AdditionalProperties.of(it, new TreeSet<>())).isEmpty();
      assertThat(it.getKind().equals("Namespace") ? namespace : it.getMetadata().getNamespace()).isEqualTo(namespace);
    });
    assertThat(manifests.typed()).extracting(HasMetadata::getKind).contains("Deployment", "StatefulSet", "Job",
        "HorizontalPodAutoscaler", "NetworkPolicy", "Ingress", "PodDisruptionBudget");
  }

  private static Manifests together(Path overlay) throws IOException, InterruptedException {
    assumeTrue(Programs.isThere("kubectl"), "SKIPPED: overlays are not put together, for there is no kubectl");
    var process = new ProcessBuilder("kubectl", "kustomize", overlay.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return Manifests.of(Stream.of(text));
  }

  /** Production with everything that it may bring along. */
  private Manifests full() throws IOException, InterruptedException {
    var root = folder.toRealPath().relativize(Repository.path("k8s").toRealPath());
    Files.writeString(folder.resolve("kustomization.yaml"),
        "resources: [" + root + "/overlays/production]\ncomponents: ["
            + COMPONENTS.stream().map(it -> root + "/components/" + it).collect(Collectors.joining(", ")) + "]\n");
    return together(folder);
  }

  /** What the namespace's label {@code pod-security.kubernetes.io/enforce: restricted} asks for; other pods are never made. */
  @Test
  void podsOfTheProductionNamespaceAreThoseThatItTakes() throws IOException, InterruptedException {
    var pods = new TreeMap<String, PodSpec>();
    full().typed().forEach(it -> {
      switch (it) {
        case Deployment deployment -> pods.put(name(it), deployment.getSpec().getTemplate().getSpec());
        case StatefulSet set -> pods.put(name(it), set.getSpec().getTemplate().getSpec());
        case Job job -> pods.put(name(it), job.getSpec().getTemplate().getSpec());
        case CronJob job -> pods.put(name(it), job.getSpec().getJobTemplate().getSpec().getTemplate().getSpec());
        default -> {
        }
      }
    });

    assertThat(pods).containsKeys("query-api", "chunker-stream", "migrate", "backup", "qdrant")
        .allSatisfy((name, pod) -> {
          assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
          assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
          assertThat(pod.getContainers()).allSatisfy(it -> {
            assertThat(it.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
            assertThat(it.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
          });
        });
  }

  @Test
  void aKafkaWithAPasswordGetsItFromEveryClientAndFromTheAutoscaler() throws IOException, InterruptedException {
    var manifests = full();
    var clients = new TreeSet<String>();
    Stream.concat(manifests.of(Deployment.class).stream().map(it -> Map.entry(name(it), it.getSpec().getTemplate())),
        Stream.concat(
            manifests.of(StatefulSet.class).stream().map(it -> Map.entry(name(it), it.getSpec().getTemplate())),
            manifests.of(Job.class).stream().map(it -> Map.entry(name(it), it.getSpec().getTemplate()))))
        .filter(it -> it.getValue().getSpec().getContainers().getFirst().getEnv().stream()
            .anyMatch(variable -> variable.getName().equals("KAFKA_SASL_JAAS_CONFIG")))
        .forEach(it -> clients.add(it.getKey()));

    assertThat(clients).containsExactlyInAnyOrderElementsOf(
        Stream.concat(Stream.of(Service.values()).map(Service::module), Stream.of("migrate")).toList());
    assertThat(manifests.ofKind("TriggerAuthentication")).extracting(Manifests::name).containsExactly("selfrag-kafka");
    assertThat(manifests.ofKind("ScaledObject")).hasSize(3).allSatisfy(scaled -> assertThat(
        YamlFile.list(YamlFile.map(scaled.get("spec")).get("triggers"))).allSatisfy(
            it -> assertThat(YamlFile.map(it))
                .containsEntry("authenticationRef", Map.of("name", "selfrag-kafka"))));
  }

  private static String name(HasMetadata manifest) {
    return manifest.getMetadata().getName();
  }
}
