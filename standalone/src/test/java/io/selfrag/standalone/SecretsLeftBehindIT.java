package io.selfrag.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.TopicNames;
import io.selfrag.servers.LocalBroker;
import io.selfrag.service.kafka.TopicTexts;
import io.selfrag.standalone.RoutesIT.Route;
import io.selfrag.standalone.RoutesWorld.As;
import io.selfrag.standalone.client.Credentials;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Sends documents through all services, in ways that go well and that do not, and looks for every secret of the system in all that they
 * leave behind. What the query service alone does is looked through by a test of its own.
 */
@ResourceLock(RunningSystem.LOCK)
class SecretsLeftBehindIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String PROVIDER_KEY = "planted-provider-key-5d2e";
  private static final String UNREADABLE = "no record of ours";

  private final RunningSystem system = RunningSystem.shared();
  private final Credentials credentials = Credentials.in(system.data()).orElseThrow();
  private final String broker = LocalBroker.keptAddress(system.data().resolve("broker"));
  private final List<String> secrets = new ArrayList<>();

  @Test
  void noServiceLeavesASecretInLogMetricsRecordsOrDeadLetters() throws Exception {
    try (var world = new RoutesWorld(credentials.baseUrl(), credentials.adminToken())) {
      secrets.addAll(List.of(credentials.adminToken(), credentials.apiKey(), PROVIDER_KEY,
          Files.readString(system.data().resolve("postgres/password")).strip(),
          Files.readString(system.data().resolve("redis/password")).strip()));
      secrets.addAll(world.issued());
      assertThat(secrets).allSatisfy(it -> assertThat(it).hasSizeGreaterThan(10));
      world.send(new Route("PUT", "/admin/system-config/{key}"), "/admin/system-config/llm_api_key",
          "{\"value\": \"" + PROVIDER_KEY + "\"}", As.OPERATOR, Map.of());
      try {
        use(world);

        var letters = letters(world);
        assertThat(letters).anyMatch(it -> it.contains(UNREADABLE));
        clean(letters, "dead letters");
      } finally {
        world.send(new Route("POST", "/admin/system-config/reset"), "/admin/system-config/reset", "{}", As.OPERATOR,
            Map.of());
      }
      // The greeting, which whoever starts the system reads its first key from, is the whole of the standard output.
      clean(List.of(Files.readString(system.data().resolve("logs/selfrag.log")), system.script().err()), "the log");
      clean(List.of(world.send("GET", "/metrics", "", "", new String[0]).text(),
          world.send("GET", "/health/detailed", "", "", new String[0]).text()), "metrics and health");
      clean(TopicTexts.of(broker, _ -> true), "Kafka");
    }
  }

  /** What is indexed, what cannot be parsed, what is refused, and what cannot be read at all. */
  private void use(RoutesWorld world) throws Exception {
    var documents = "/v1/knowledge-bases/" + world.own().knowledgeBase() + "/documents";
    var route = new Route("POST", "/v1/knowledge-bases/{knowledgeBaseId}/documents");
    for (String secret : secrets) {
      var body = "{\"title\": \"t\", \"content\": \"a heron\", \"wait\": 0}";
      world.send(route, documents, body, As.WRITE, Map.of("X-Api-Key", secret, "Cookie", "session=" + secret));
      world.send("POST", documents, body, "application/json", RoutesWorld.bearer(secret + "x"));
      world.send("GET", documents, "", "", new String[]{"X-Admin-Token", secret + "x"});
    }
    var failed = world.failedJob();
    assertThat(world.send("GET", "/v1/ingest-jobs/" + failed + "?detail=true", "", "",
        RoutesWorld.bearer(world.own().adminKey())).json().path("failures")).isNotEmpty();
    try (var producer = new KafkaProducer<>(Map.<String, Object>of("bootstrap.servers", broker),
        new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(new TopicNames("selfrag.").of(PipelineTopic.DOCUMENTS),
          UNREADABLE.getBytes(StandardCharsets.UTF_8), UNREADABLE.getBytes(StandardCharsets.UTF_8))).get();
    }
    await().atMost(PATIENCE).until(() -> letters(world).stream().anyMatch(it -> it.contains(UNREADABLE)));
  }

  /** The newest, whole. */
  private static List<String> letters(RoutesWorld world) {
    var list = world.send(new Route("GET", "/admin/dead-letters"), "/admin/dead-letters?page_size=20", "", As.OPERATOR,
        Map.of()).json();
    return list.path("items").valueStream().map(it -> world.send(new Route("GET", "/admin/dead-letters/{id}"),
        "/admin/dead-letters/" + it.path("id").asString(), "", As.OPERATOR, Map.of()).text()).toList();
  }

  private void clean(List<String> texts, String where) {
    assertThat(texts).as(where).isNotEmpty();
    for (String secret : secrets) {
      assertThat(texts.stream().filter(it -> it.contains(secret)).count()).as(where + " and secret "
          + secrets.indexOf(secret)).isZero();
    }
  }
}
