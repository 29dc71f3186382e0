package io.selfrag.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nobody can start Compose in a unit test, but most of what goes wrong there is a name that two files spell differently. */
class ComposeTest {
  private static final List<String> ADDITIONS = List.of("docker-compose.prod.yml", "docker-compose.logging.yml",
      "docker-compose.monitoring.yml", "docker-compose.lucene.yml");
  private static final Set<String> FILE_KEYS = Set.of("name", "services", "volumes", "secrets");
  private static final Set<String> SERVICE_KEYS = Set.of("image", "build", "command", "entrypoint", "restart",
      "read_only", "tmpfs", "cap_drop", "security_opt", "stop_grace_period", "logging", "depends_on", "healthcheck",
      "environment", "volumes", "deploy", "ports", "shm_size", "profiles", "secrets", "user");
  private static final Set<String> GENERATED = Set.of("./deploy/nginx/ssl", "./deploy/nginx/acme");
  private static final Map<String, String> REQUIRED = Map.of("POSTGRES_PASSWORD", "p1", "REDIS_PASSWORD", "p2",
      "QDRANT_API_KEY", "p3", "ADMIN_TOKEN", "operator-token-0123456789");

  static Stream<Compose> all() {
    return Stream.concat(Stream.of(Compose.of(Compose.BASE)),
        ADDITIONS.stream().map(it -> Compose.of(Compose.BASE, it)));
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyKeyIsOneThatComposeKnows(Compose compose) {
    assertThat(compose.file().keySet()).filteredOn(it -> !it.startsWith("x-")).isSubsetOf(FILE_KEYS);

    assertThat(compose.services()).allSatisfy((name, it) -> {
      assertThat(it.keySet()).as(name).isSubsetOf(SERVICE_KEYS);
      assertThat(it).as(name).containsKey("image");
    });
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyVariableOfAServiceIsOneThatItReads(Compose compose) {
    for (Service service : Service.values()) {
      assertThat(compose.environment(service.module(), REQUIRED).keySet()).as(service.module())
          .contains(service.portVariable()).isSubsetOf(service.reads());
      if (!compose.file().containsKey("secrets")) {
        var needed = service.needs();
        needed.removeIf(it -> it.equals("QDRANT_URL") && !compose.services().containsKey("qdrant"));
        assertThat(compose.environment(service.module(), REQUIRED).keySet()).as(service.module())
            .containsAll(needed);
      }
    }
    assertThat(compose.environment("migrate", REQUIRED).keySet()).contains("KAFKA_BOOTSTRAP_SERVERS")
        .isSubsetOf(Service.migrationReads());
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatIsWaitedForExistsAndCanBecomeTrue(Compose compose) {
    compose.services().forEach((name, it) -> YamlFile.map(it.get("depends_on")).forEach((other, how) -> {
      assertThat(compose.services()).as(name + " waits for").containsKey(other);
      var awaited = compose.services().getOrDefault(other, Map.of());
      switch (String.valueOf(YamlFile.map(how).get("condition"))) {
        case "service_healthy" -> assertThat(awaited.containsKey("healthcheck") || Service.named(other).isPresent())
            .as(name + " waits for the health of " + other).isTrue();
        case "service_completed_successfully" -> assertThat(awaited.get("restart")).as(other).isEqualTo("on-failure");
        case String condition -> throw new AssertionError(name + " waits for " + condition);
      }
    }));
  }

  @Test
  void servicesStartAfterTheMigrationAndItAfterItsStores() {
    var services = Compose.of(Compose.BASE).services();

    assertThat(Service.values()).allSatisfy(it -> assertThat(
        YamlFile.map(services.getOrDefault(it.module(), Map.of()).get("depends_on"))).containsKey("migrate"));
    assertThat(YamlFile.map(services.getOrDefault("migrate", Map.of()).get("depends_on"))).containsKeys("db", "kafka");
    assertThat(services.getOrDefault("migrate", Map.of()).get("command"))
        .isEqualTo(List.of("io.selfrag.service.start.MigrateApplication"));
    assertThat(Repository.path("service-kit/src/main/java/io/selfrag/service/start/MigrateApplication.java"))
        .isRegularFile();
  }

  @Test
  void portsAndHostsAgree() {
    var compose = Compose.of(Compose.BASE);
    var gateway = Repository.text("deploy/nginx/nginx.conf");
    for (Service service : Service.values()) {
      var environment = compose.environment(service.module(), REQUIRED);
      var build = YamlFile.map(YamlFile.map(compose.services().getOrDefault(service.module(), Map.of()).get("build"))
          .get("args"));

      assertThat(build).containsEntry("MODULE", service.module()).containsEntry("PORT",
          environment.get(service.portVariable()));
      assertThat(environment.get(service.portVariable())).isEqualTo(String.valueOf(service.port()));
      environment.values().forEach(value -> hosts(value)
          .forEach(host -> assertThat(compose.services().keySet()).as(value).contains(host)));
    }
    assertThat(gateway).contains("default ingest-producer:8020;", "default query-api:8020;");
    assertThat(compose.environment("kafka", REQUIRED).get("KAFKA_ADVERTISED_LISTENERS"))
        .endsWith(compose.environment("query-api", REQUIRED).get("KAFKA_BOOTSTRAP_SERVERS"));
    assertThat(compose.environment("qdrant", REQUIRED)).containsEntry("QDRANT__SERVICE__HTTP_PORT", "6333");
  }

  private static Set<String> hosts(String value) {
    var found = new TreeSet<String>();
    Pattern.compile("(?:^|//(?:[^@/]*@)?)([a-z-]+):\\d+").matcher(value).results()
        .forEach(it -> found.add(it.group(1)));
    return found;
  }

  @Test
  void theBackupIsTheCommandOfItsImageWhenAskedForAndHoldsWhatItMadeInAVolume() {
    var compose = Compose.of(Compose.BASE);
    var backup = compose.services().getOrDefault("backup", Map.of());

    assertThat(backup).containsEntry("profiles", List.of("backup")).hasEntrySatisfying("entrypoint",
        it -> assertThat(Repository.path("deploy/image/scheduled")).isExecutable());
    assertThat(backup.get("image").toString()).startsWith(CommandImage.NAME + ":");
    assertThat(YamlFile.map(backup.get("build"))).containsEntry("target", "command").containsEntry("args",
        Map.of("MODULE", "standalone"));
    assertThat(YamlFile.list(backup.get("command"))).map(it -> Compose.resolve(it.toString(), Map.of()))
        .containsExactlyElementsOf(CommandImage.BACKUP);
    assertThat(compose.environment("backup", REQUIRED).keySet()).isEqualTo(CommandImage.BACKUP_READS);
    assertThat(backup).containsEntry("volumes", List.of("backups:/backups", "backup-state:/state"));
    assertThat(YamlFile.map(backup.get("depends_on"))).as("the first one finds a schema").containsKeys("db", "migrate");
  }

  @Test
  void noPartAsksForMoreCoresThanTheSmallestServerHasForTheEngineWouldRefuseToStartIt() {
    var compose = Compose.of(Compose.BASE, "docker-compose.prod.yml");

    compose.services().forEach((name, it) -> {
      var limits = YamlFile.map(YamlFile.map(YamlFile.map(it.get("deploy")).get("resources")).get("limits"));
      assertThat(Double.parseDouble(limits.getOrDefault("cpus", "0").toString())).as(name).isLessThanOrEqualTo(2);
    });
  }

  @Test
  void aKafkaElsewhereThatWantsTlsAndAPasswordIsSpokenToSoByEveryServiceAndTheMigration() {
    var compose = Compose.of(Compose.BASE);
    var given = new HashMap<>(REQUIRED);
    var keys = Service.migrationReads().stream().filter(it -> it.matches("KAFKA_(SECURITY|SASL|SSL)_.*")).toList();
    keys.forEach(it -> given.put(it, "of " + it));

    assertThat(keys).contains("KAFKA_SECURITY_PROTOCOL", "KAFKA_SASL_MECHANISM", "KAFKA_SASL_JAAS_CONFIG",
        "KAFKA_SSL_TRUSTSTORE_LOCATION");
    Stream.concat(Stream.of(Service.values()).map(Service::module), Stream.of("migrate")).forEach(name -> {
      assertThat(compose.environment(name, given)).as(name)
          .containsAllEntriesOf(keys.stream().collect(Collectors.toMap(it -> it, it -> "of " + it)));
      assertThat(compose.environment(name, REQUIRED)).as(name + " with Compose's own broker")
          .containsAllEntriesOf(keys.stream().collect(Collectors.toMap(it -> it, _ -> "")));
    });
  }

  @Test
  void theBrokersHealthIsAskedWithoutAnotherJvm() {
    var health = YamlFile.map(Compose.of(Compose.BASE).services().getOrDefault("kafka", Map.of()).get("healthcheck"));

    assertThat(health.get("test").toString()).contains("/dev/tcp/127.0.0.1/9092").doesNotContain(".sh");
  }

  @Test
  void aRequestThatAStoppingReplicaRefusesFindsAnother() {
    var gateway = Repository.text("deploy/nginx/nginx.conf");
    var replicas = YamlFile.map(Compose.of(Compose.BASE, "docker-compose.prod.yml").services()
        .getOrDefault("query-api", Map.of()).get("deploy")).get("replicas");
    var tries = Pattern.compile("proxy_next_upstream_tries (\\d+);").matcher(gateway);

    assertThat(tries.find()).isTrue();
    assertThat(Integer.parseInt(tries.group(1))).isGreaterThan(Integer.parseInt(String.valueOf(replicas)) + 1);
    assertThat(gateway).as("an address that left is forgotten, and no connection is kept to one that leaves")
        .contains("proxy_set_header Connection close;", "proxy_next_upstream error timeout")
        .doesNotContainPattern("(?m)^\\s*upstream ").doesNotContainPattern("(?m)^\\s*keepalive ");
  }

  @Test
  void theIndexInAFolderHasOneWriterAndQdrantIsNotThere() {
    var compose = Compose.of(Compose.BASE, "docker-compose.lucene.yml");

    assertThat(compose.services()).doesNotContainKey("qdrant");
    for (String name : List.of("query-api", "indexer-sink")) {
      assertThat(compose.environment(name, REQUIRED)).as(name).containsEntry("VECTOR_STORE", "lucene")
          .doesNotContainKey("QDRANT_URL");
      assertThat(compose.services().getOrDefault(name, Map.of())).as(name).containsEntry("volumes",
          List.of("lucene_index:/data"));
    }
    assertThat(compose.environment("query-api", REQUIRED)).containsEntry("LUCENE_READ_ONLY", "true");
    assertThat(compose.environment("indexer-sink", REQUIRED)).doesNotContainKey("LUCENE_READ_ONLY");
    assertThat(YamlFile.map(compose.services().getOrDefault("indexer-sink", Map.of()).get("deploy")))
        .containsEntry("replicas", 1);
  }

  @Test
  void theExampleNamesEveryVariableAndNoOther() {
    var used = new TreeSet<>(Compose.variablesOf(Compose.BASE));
    ADDITIONS.forEach(it -> used.addAll(Compose.variablesOf(it)));
    used.add("COMPOSE_PROFILES"); // Compose's own
    var example = new TreeSet<String>();
    Pattern.compile("(?m)^(?:# )?([A-Z][A-Z0-9_]*)=").matcher(Repository.text(".env.example")).results()
        .forEach(it -> example.add(it.group(1)));

    assertThat(example).containsExactlyElementsOf(used);
  }

  @Test
  void aMissingPasswordStopsTheStart() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Compose.of(Compose.BASE).environment("query-api", Map.of("POSTGRES_PASSWORD", "p1")))
        .withMessageContaining("is required");
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatIsMountedIsThere(Compose compose) {
    compose.services().forEach((name, service) -> YamlFile.list(service.get("volumes")).forEach(volume -> {
      var source = volume.toString().split(":", 2)[0];
      if (source.startsWith("./") && !GENERATED.contains(source)) {
        assertThat(Files.exists(Repository.path(source))).as(name + " mounts " + source).isTrue();
      } else if (!source.startsWith("/") && !source.startsWith("./")) {
        assertThat(YamlFile.map(compose.file().get("volumes"))).as(name + " mounts").containsKey(source);
      }
    }));
  }

  @Test
  void inProductionTheWorldReachesOnlyTheGatewayAndSecretsAreFiles() {
    var compose = Compose.of(Compose.BASE, "docker-compose.prod.yml");

    for (Service service : Service.values()) {
      var given = new TreeSet<>(compose.environment(service.module(), Map.of("QDRANT_API_KEY", "")).keySet());
      YamlFile.list(compose.services().getOrDefault(service.module(), Map.of()).get("secrets"))
          .forEach(it -> given.add(it.toString()));
      assertThat(given).as(service.module()).containsAll(service.needs());
    }
    compose.services().forEach((name, it) -> {
      assertThat(it.containsKey("ports")).as(name + " is published").isEqualTo(name.equals("nginx"));
      for (Object secret : YamlFile.list(it.get("secrets"))) {
        assertThat(YamlFile.map(compose.file().get("secrets"))).as(name).containsKey(secret.toString());
        assertThat(Repository.text("deploy/secrets.sh")).as("who makes it").contains("keep " + secret + " ");
        assertThat(compose.environment(name, Map.of()).keySet()).as(name + " has it as a file alone")
            .doesNotContain(secret.toString());
        Service.named(name).ifPresent(service -> assertThat(service.reads()).contains(secret.toString()));
      }
    });
    assertThat(YamlFile.map(compose.services().getOrDefault("query-api", Map.of()).get("deploy")))
        .containsEntry("replicas", 3);
  }
}
