package io.selfrag.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.PipelineWorker;
import io.selfrag.schemas.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Manifests are strictly what Kubernetes knows, refer to what is there, and name what the code names. */
class KubernetesTest {
  private static final Manifests BASE = Manifests.in("k8s/base");
  private static final Manifests ALL = Manifests.in("k8s");
  private static final Map<String, String> BROKER = configMap("selfrag-broker");
  private static final TopicNames TOPICS = new TopicNames(BROKER.getOrDefault("KAFKA_TOPIC_PREFIX", ""));

  /** Consumers of one lane in one process, by default; so many partitions one process can take. */
  private static final Map<String, Integer> CONSUMERS = Map.of("chunker-stream",
      number("chunker-stream", "CHUNKER_INTERACTIVE_THREADS"), "embedder-worker",
      number("embedder-worker", "EMBEDDER_CONSUMERS"), "indexer-sink", number("indexer-sink", "INDEXER_CONSUMERS"));

  private static int number(String module, String variable) {
    var found = java.util.regex.Pattern.compile("\\$\\{" + variable + ":(?:\\$\\{[A-Z_]+:)?(\\d+)}")
        .matcher(Repository.text(module + "/src/main/resources/" + module + ".yml"));
    assertThat(found.find()).as(variable).isTrue();
    return Integer.parseInt(found.group(1));
  }

  private static Map<String, String> configMap(String name) {
    return BASE.of(ConfigMap.class).stream().filter(it -> name(it).equals(name)).findFirst().orElseThrow().getData();
  }

  private static String name(HasMetadata manifest) {
    return manifest.getMetadata().getName();
  }

  /** Pods of our services, of the migration and of the backup, by name. */
  private static Map<String, PodTemplateSpec> pods(Manifests manifests) {
    var pods = new TreeMap<String, PodTemplateSpec>();
    manifests.of(Deployment.class).forEach(it -> pods.put(name(it), it.getSpec().getTemplate()));
    manifests.of(StatefulSet.class).forEach(it -> pods.put(name(it), it.getSpec().getTemplate()));
    manifests.of(Job.class).forEach(it -> pods.put(name(it), it.getSpec().getTemplate()));
    manifests.of(CronJob.class)
        .forEach(it -> pods.put(name(it), it.getSpec().getJobTemplate().getSpec().getTemplate()));
    return pods;
  }

  private static Container container(String pod) {
    var template = pods(BASE).get(pod);
    assertThat(template).as(pod).isNotNull();
    return template.getSpec().getContainers().getFirst();
  }

  @Test
  void everyFieldIsOneThatKubernetesKnows() {
    assertThat(ALL.typed()).hasSizeGreaterThan(40).allSatisfy(it -> assertThat(AdditionalProperties.of(it,
        new TreeSet<>())).as(it.getKind() + " " + name(it)).isEmpty());
  }

  @Test
  void aMisspeltFieldIsFound() {
    var manifest = Manifests.of(Stream.of(Repository.text("k8s/base/query-api.yaml").replace("periodSeconds: 5",
        "periodSecond: 5"))).of(Deployment.class).getFirst();

    assertThat(AdditionalProperties.of(manifest, new TreeSet<>())).containsExactly("Probe.periodSecond");
  }

  @Test
  void everyServiceOfOursRunsAndTheMigrationAndTheBackup() {
    var names = Stream.concat(Stream.of(Service.values()).map(Service::module), Stream.of("migrate", "backup"))
        .toList();

    assertThat(pods(BASE).keySet()).containsExactlyInAnyOrderElementsOf(names);
    assertThat(container("migrate").getArgs()).containsExactly("io.selfrag.service.start.MigrateApplication");
    assertThat(BASE.of(StatefulSet.class)).extracting(KubernetesTest::name).containsExactly("chunker-stream");
  }

  @Test
  void everyVariableIsOneThatTheServiceReads() {
    for (Service service : Service.values()) {
      assertThat(variables(service.module())).as(service.module()).contains(service.portVariable())
          .containsAll(service.needs()).isSubsetOf(service.reads());
    }
    assertThat(variables("migrate")).contains("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS")
        .isSubsetOf(Service.migrationReads());
  }

  @Test
  void theBackupIsTheCommandOfItsImageOnAVolumeThatIsClaimedAndOneAtATime() {
    var backup = BASE.of(CronJob.class).getFirst();
    var container = container("backup");

    assertThat(backup.getSpec().getConcurrencyPolicy()).isEqualTo("Forbid");
    assertThat(container.getImage()).startsWith(CommandImage.NAME + ":");
    assertThat(container.getArgs()).containsExactlyElementsOf(CommandImage.BACKUP);
    assertThat(variables("backup")).isEqualTo(CommandImage.BACKUP_READS);
    assertThat(container.getEnv()).extracting(EnvVar::getValueFrom).filteredOn(it -> it.getConfigMapKeyRef() != null)
        .extracting(EnvVarSource::getConfigMapKeyRef).allSatisfy(
            it -> assertThat(configMap(it.getName())).containsKey(it.getKey()));
    assertThat(container.getVolumeMounts()).anySatisfy(it -> {
      assertThat(it.getMountPath()).isEqualTo("/backups");
      assertThat(pods(BASE).get("backup").getSpec().getVolumes()).filteredOn("name", it.getName()).singleElement()
          .satisfies(volume -> assertThat(BASE.of(PersistentVolumeClaim.class)).extracting(KubernetesTest::name)
              .contains(volume.getPersistentVolumeClaim().getClaimName()));
    });
  }

  private static Set<String> variables(String pod) {
    var found = new TreeSet<String>();
    var container = container(pod);
    container.getEnv().forEach(it -> found.add(it.getName()));
    container.getEnvFrom().forEach(it -> found.addAll(configMap(it.getConfigMapRef().getName()).keySet()));
    return found;
  }

  @Test
  void secretsAreAllMadeBySomeone() {
    var wanted = new TreeSet<String>();
    pods(BASE).values().forEach(pod -> pod.getSpec().getContainers().getFirst().getEnv().stream()
        .filter(it -> it.getValueFrom() != null && it.getValueFrom().getSecretKeyRef() != null)
        .map(it -> it.getValueFrom().getSecretKeyRef()).forEach(it -> {
          assertThat(it.getName()).isEqualTo("selfrag-secrets");
          wanted.add(it.getKey());
        }));
    var external = ALL.ofKind("ExternalSecret").stream().filter(it -> Manifests.name(it).equals("selfrag-secrets"))
        .findFirst().orElseThrow();

    assertThat(wanted).contains("DATABASE_URL", "ADMIN_TOKEN");
    assertThat(YamlFile.list(YamlFile.map(external.get("spec")).get("data")))
        .extracting(it -> String.valueOf(YamlFile.map(it).get("secretKey")))
        .containsExactlyInAnyOrderElementsOf(wanted);
    assertThat(Repository.text("k8s/overlays/development/kustomization.yaml"))
        .contains(wanted.stream().map(it -> "- " + it + "=").toList());
  }

  @Test
  void portsProbesAndServicesAgree() {
    for (Service service : Service.values()) {
      var container = container(service.module());
      int port = container.getPorts().getFirst().getContainerPort();

      assertThat(port).isEqualTo(service.port());
      assertThat(container.getEnv()).anySatisfy(it -> {
        assertThat(it.getName()).isEqualTo(service.portVariable());
        assertThat(it.getValue()).isEqualTo(String.valueOf(port));
      });
      assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/ready");
      assertThat(List.of(container.getLivenessProbe(), container.getStartupProbe()))
          .allSatisfy(it -> assertThat(it.getHttpGet().getPath()).isEqualTo("/health"));
      assertThat(BASE.of(io.fabric8.kubernetes.api.model.Service.class)).anySatisfy(it -> {
        assertThat(it.getSpec().getSelector()).containsEntry("app.kubernetes.io/name", service.module());
        assertThat(it.getSpec().getPorts().getFirst().getTargetPort().getStrVal())
            .isEqualTo(container.getPorts().getFirst().getName());
      });
      assertThat(pods(BASE).get(service.module()).getMetadata().getAnnotations()).containsEntry("prometheus.io/port",
          String.valueOf(port));
    }
    Stream.of("query-api", "ingest-producer")
        .forEach(it -> assertThat(BASE.of(io.fabric8.kubernetes.api.model.Service.class)).anySatisfy(service -> {
          assertThat(name(service)).isEqualTo(it);
          assertThat(service.getSpec().getPorts().getFirst().getPort()).isEqualTo(80);
        }));
  }

  @Test
  void selectorsFindTheirPods() {
    BASE.of(Deployment.class).forEach(it -> assertThat(it.getSpec().getTemplate().getMetadata().getLabels())
        .containsAllEntriesOf(it.getSpec().getSelector().getMatchLabels()));
    ALL.of(PodDisruptionBudget.class).forEach(it -> assertThat(pods(BASE).values()).as(name(it))
        .anySatisfy(pod -> assertThat(pod.getMetadata().getLabels())
            .containsAllEntriesOf(it.getSpec().getSelector().getMatchLabels())));
    assertThat(BASE.of(PodDisruptionBudget.class)).hasSize(Service.values().length);
    BASE.of(NetworkPolicy.class).forEach(policy -> policy.getSpec().getPodSelector().getMatchExpressions()
        .forEach(it -> assertThat(pods(BASE).keySet()).as(name(policy)).containsAll(it.getValues())));
  }

  @Test
  void exactlyTheServicesThatNeedAStoreReachIt() {
    Map.of("services-reach-postgresql", "DATABASE_URL", "services-reach-redis", "REDIS_URL", "services-reach-qdrant",
        "QDRANT_URL").forEach((policy, address) -> {
          var wanted = Stream.of(Service.values()).filter(it -> it.needs().contains(address)).map(Service::module)
              .collect(Collectors.toCollection(TreeSet::new));
          if (CommandImage.BACKUP_READS.contains(address)) {
            wanted.add("backup");
          }
          if (address.equals("DATABASE_URL")) {
            wanted.add("migrate");
          }
          var found = BASE.of(NetworkPolicy.class).stream().filter(it -> name(it).equals(policy)).findFirst();
          assertThat(found.orElseThrow().getSpec().getPodSelector().getMatchExpressions().getFirst().getValues())
              .as(policy).containsExactlyInAnyOrderElementsOf(wanted);
        });
  }

  @Test
  void podsMayDoLittleAndAreBounded() {
    pods(BASE).forEach((name, pod) -> {
      var container = pod.getSpec().getContainers().getFirst();
      assertThat(pod.getSpec().getAutomountServiceAccountToken()).as(name).isFalse();
      assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot()).as(name).isTrue();
      assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).as(name).isTrue();
      assertThat(container.getSecurityContext().getCapabilities().getDrop()).as(name).containsExactly("ALL");
      assertThat(container.getResources().getLimits()).as(name).containsKeys("cpu", "memory");
      assertThat(container.getVolumeMounts()).as(name)
          .anySatisfy(it -> assertThat(it.getMountPath()).isEqualTo("/tmp"));
      assertThat(BASE.of(ServiceAccount.class)).extracting(KubernetesTest::name)
          .contains(pod.getSpec().getServiceAccountName());
      if (Service.named(name).isPresent()) {
        // Longer than Spring waits for requests and batches (20 s) and proxies for the pod to be gone.
        assertThat(pod.getSpec().getTerminationGracePeriodSeconds()).as(name).isGreaterThanOrEqualTo(60);
        assertThat(pod.getSpec().getTopologySpreadConstraints()).as(name)
            .allSatisfy(it -> assertThat(it.getLabelSelector().getMatchLabels()).containsEntry("app.kubernetes.io/name",
                name))
            .isNotEmpty();
      }
    });
  }

  @Test
  void theQuerySideHasTheSizesOfTheManual() {
    var resources = container("query-api").getResources();
    var scaler = BASE.of(HorizontalPodAutoscaler.class).stream().filter(it -> name(it).equals("query-api")).findFirst();

    assertThat(scaler.orElseThrow().getSpec().getMinReplicas()).isEqualTo(3);
    assertThat(resources.getRequests().toString()).contains("500m", "1Gi");
    assertThat(resources.getLimits().toString()).contains("2Gi");
  }

  @Test
  void workersFollowTheLagOfTheirOwnGroupsBoundedByPartitions() {
    var workers = Stream.of(PipelineWorker.values()).collect(Collectors.toMap(it -> it.group(TOPICS),
        it -> it.topics(TOPICS)));
    var partitions = Integer.parseInt(BROKER.getOrDefault("KAFKA_PARTITIONS", ""));
    var scaled = BASE.ofKind("ScaledObject");
    assertThat(scaled).extracting(Manifests::name).containsExactlyInAnyOrderElementsOf(CONSUMERS.keySet());
    var followed = new TreeSet<String>();

    for (var it : scaled) {
      var spec = YamlFile.map(it.get("spec"));
      var target = YamlFile.map(spec.get("scaleTargetRef"));
      assertThat(BASE.typed()).as("what is scaled").anySatisfy(manifest -> {
        assertThat(manifest.getKind()).isEqualTo(target.get("kind"));
        assertThat(name(manifest)).isEqualTo(target.get("name"));
      });
      assertThat(spec.keySet()).isSubsetOf("scaleTargetRef", "minReplicaCount", "maxReplicaCount", "pollingInterval",
          "cooldownPeriod", "fallback", "advanced", "triggers");
      assertThat((int) spec.getOrDefault("maxReplicaCount", 0) * CONSUMERS.getOrDefault(Manifests.name(it), 99))
          .as("partitions for all").isLessThanOrEqualTo(partitions);
      for (Object trigger : YamlFile.list(spec.get("triggers"))) {
        var metadata = YamlFile.map(YamlFile.map(trigger).get("metadata"));
        assertThat(metadata.get("bootstrapServers")).isEqualTo(BROKER.get("KAFKA_BOOTSTRAP_SERVERS"));
        assertThat(workers).containsKey(String.valueOf(metadata.get("consumerGroup")));
        assertThat(workers.getOrDefault(String.valueOf(metadata.get("consumerGroup")), List.of()))
            .contains(String.valueOf(metadata.get("topic")));
        followed.add(metadata.get("consumerGroup") + " of " + metadata.get("topic"));
      }
    }
    // All but letters, which wait for people, and the events that order reads beside its work, which the projection counts.
    assertThat(followed).as("both lanes of each").containsExactlyInAnyOrderElementsOf(Stream.of(PipelineWorker.values())
        .filter(it -> it != PipelineWorker.DEAD_LETTERS).flatMap(it -> it.topics(TOPICS).stream()
            .filter(topic -> it != PipelineWorker.ORDER || !topic.equals(TOPICS.of(PipelineTopic.DOCUMENT_EVENTS)))
            .map(topic -> it.group(TOPICS) + " of " + topic))
        .toList());
  }

  @Test
  void theTopicsOfStrimziAreThoseOfTheCode() {
    var wanted = TOPICS.definitions(12, (short) 3).stream().collect(Collectors.toMap(TopicNames.Definition::name,
        TopicNames.Definition::settings));
    var written = new TreeMap<String, Map<String, String>>();
    ALL.ofKind("KafkaTopic").forEach(it -> {
      var spec = YamlFile.map(it.get("spec"));
      assertThat(spec).containsEntry("partitions", 12).containsEntry("replicas", 3);
      var settings = new TreeMap<String, String>();
      YamlFile.map(spec.get("config")).forEach((key, value) -> settings.put(key, String.valueOf(value)));
      written.put(Manifests.name(it), settings);
    });

    assertThat(written).isEqualTo(wanted);
  }

  @Test
  void theIngressRoutesAsTheGatewayDoesAndHidesTheMetrics() {
    var ingress = BASE.of(Ingress.class).getFirst();
    var paths = ingress.getSpec().getRules().getFirst().getHttp().getPaths();

    assertThat(ingress.getSpec().getTls().getFirst().getHosts()).contains(ingress.getSpec().getRules().getFirst()
        .getHost());
    assertThat(answers(ingress, "/v1/knowledge-bases/x/documents/bulk")).containsExactly("ingest-producer");
    assertThat(answers(ingress, "/v1/documents/x")).containsExactly("ingest-producer");
    assertThat(answers(ingress, "/v1/ingest-jobs")).containsExactly("ingest-producer");
    assertThat(answers(ingress, "/v1/knowledge-bases/x")).containsExactly("query-api");
    assertThat(answers(ingress, "/admin/tenants")).containsExactly("query-api");
    assertThat(answers(ingress, "/metrics")).isEmpty();
    assertThat(paths).allSatisfy(it -> assertThat(BASE.of(io.fabric8.kubernetes.api.model.Service.class))
        .extracting(KubernetesTest::name).contains(it.getBackend().getService().getName()));
  }

  /** ingress-nginx orders expressions by their length, the longest first. */
  private static List<String> answers(Ingress ingress, String path) {
    var found = new ArrayList<String>();
    ingress.getSpec().getRules().getFirst().getHttp().getPaths().stream()
        .filter(it -> java.util.regex.Pattern.compile("^" + it.getPath()).matcher(path).find())
        .sorted((a, b) -> b.getPath().length() - a.getPath().length()).limit(1)
        .forEach(it -> found.add(it.getBackend().getService().getName()));
    return found;
  }
}
