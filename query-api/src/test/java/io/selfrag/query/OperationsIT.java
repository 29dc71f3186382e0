package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.generation.remote.StubChatServer;
import io.selfrag.query.QueryService.As;
import io.selfrag.query.operations.Spot;
import io.selfrag.query.operations.kafka.WaitingSince;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.PipelineWorker;
import io.selfrag.service.kafka.KafkaClients;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

@ExtendWith(NothingBlocks.class)
class OperationsIT {
  private static final QueryService SERVICE = QueryService.shared();

  @Test
  void healthTouchesNothingAndNeedsNoCredential() {
    var answer = SERVICE.get(As.NOBODY, "/health");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("{\"status\":\"ok\"}");
  }

  @Test
  void readinessNeedsTheDatabaseAlone() {
    var answer = SERVICE.get(As.NOBODY, "/ready");

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.body().path("components").propertyNames()).containsExactly("database");
  }

  @Test
  void everyComponentIsShownWithStatusLatencyAndMessage() {
    var answer = SERVICE.get(As.NOBODY, "/health/detailed");

    assertThat(answer.status()).isEqualTo(200);
    for (String name : new String[]{"broker", "database", "vector-store", "cache", "embedding-model", "chat-model",
        "outbox-relay"}) {
      var component = answer.body().path("components").path(name);
      assertThat(component.path("status").asString("")).as(name + answer.text()).isEqualTo("ok");
      assertThat(component.path("latency_ms").isNumber()).isTrue();
      assertThat(component.has("message")).isTrue();
    }
    assertThat(answer.at("/components/chat-model/message")).contains(StubChatServer.MODEL);
    assertThat(answer.at("/components/embedding-model/message")).isEqualTo("hashing/words-and-trigrams/64");
  }

  @Test
  void aWorkerThatIsNotRunningIsDegradedAndDownOnceSomethingWaitsForIt() {
    await().atMost(Duration.ofSeconds(20)).untilAsserted(
        () -> assertThat(SERVICE.get(As.NOBODY, "/health/detailed").at("/components/worker-embedder-bulk/status"))
            .isEqualTo("degraded"));

    send(PipelineTopic.CHUNKS, Lane.BULK, "waits");

    await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
      var worker = SERVICE.get(As.NOBODY, "/health/detailed").body().at("/components/worker-embedder-bulk");
      assertThat(worker.path("status").asString()).isEqualTo("down");
      assertThat(worker.path("lag").asLong()).isPositive();
      assertThat(worker.path("message").asString()).startsWith("no instance is running and ");
    });
    assertThat(SERVICE.get(As.NOBODY, "/health/detailed").at("/status")).isEqualTo("down");
  }

  @Test
  void thePipelineShowsLagAgeAndProgressOfEachGroup() {
    var topic = SERVICE.topics.of(PipelineTopic.EMBEDDED_CHUNKS);
    var group = PipelineWorker.INDEXER.group(SERVICE.topics);
    for (int i = 0; i < 10; i++) {
      send(PipelineTopic.EMBEDDED_CHUNKS, Lane.INTERACTIVE, "record " + i);
    }
    try (var consumer = consumer(group)) {
      consumer.subscribe(java.util.List.of(topic));
      await().atMost(Duration.ofSeconds(30)).until(() -> !consumer.poll(Duration.ofMillis(100)).isEmpty());
      commit(consumer, topic, 0, 3);

      var seen = await().atMost(Duration.ofSeconds(20)).until(() -> group(topic, group),
          it -> it.path("members").asInt() == 1 && it.path("lag").asLong() == 7);
      assertThat(seen.path("oldest_waiting_seconds").asDouble()).isBetween(0.0, 120.0);
      assertThat(seen.path("largest_partition_lag").asLong()).isEqualTo(7);

      commit(consumer, topic, 0, 10);

      seen = await().atMost(Duration.ofSeconds(20)).until(() -> group(topic, group),
          it -> it.path("lag").asLong() == 0 && !it.path("last_progress").isNull());
      assertThat(seen.path("oldest_waiting_seconds").isNull()).isTrue();
      assertThat(seen.path("rate_out").asDouble()).isPositive();
      assertThat(seen.path("eta_seconds").asDouble()).isZero();
    }
  }

  @Test
  void theAgeOfARecordIsFoundWithoutReadingIt() {
    send(PipelineTopic.VERSIONS, Lane.INTERACTIVE, "old");
    send(PipelineTopic.VERSIONS, Lane.INTERACTIVE, "older than the end");
    var later = Clock.offset(Clock.systemUTC(), Duration.ofHours(5));

    var since = new WaitingSince(SERVICE.context.getBean(Admin.class), later::instant)
        .of(Map.of(new Spot(SERVICE.topics.of(PipelineTopic.VERSIONS), 0), 0L));

    assertThat(Duration.between(since.values().iterator().next(), later.instant())).isBetween(Duration.ofMinutes(280),
        Duration.ofMinutes(320));
  }

  @Test
  void metricsHaveTheirNamesOnBothPaths() {
    SERVICE.get(As.NOBODY, "/health");
    var tenant = SERVICE.tenant();
    new Library(SERVICE).add(tenant, Library.document("badger"));
    RetrieveIT.retrieve(tenant.read(), tenant, Map.of("query", "badger"));

    for (String path : new String[]{"/metrics", "/actuator/prometheus"}) {
      var answer = SERVICE.get(As.NOBODY, path);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("content-type")).startsWith("text/plain");
      assertThat(answer.text()).contains("api_requests_total{endpoint=\"/v1/retrieve\",method=\"POST\",status=\"200\"}")
          .contains("api_response_time_seconds_count{endpoint=\"/v1/retrieve\",method=\"POST\"}")
          .contains("selfrag_search_duration_seconds_count{store=\"lucene\"}")
          .contains("selfrag_retrieve_duration_seconds_count{stage=\"hydrate\"}")
          .contains("selfrag_embed_duration_seconds_count{outcome=\"success\",provider=\"hashing\"}")
          .contains("selfrag_pipeline_lag{group=\"" + PipelineWorker.ORDER.group(SERVICE.topics) + "\"")
          .contains("selfrag_documents_open{lane=\"interactive\",stage=\"pending\"}",
              "selfrag_documents_open_age_seconds{lane=\"bulk\",stage=\"processing\"}")
          .contains("jvm_memory_used_bytes");
      assertThat(answer.text()).as("ids are never tags").doesNotContain(tenant.id().toString());
    }
  }

  @Test
  void thePipelineIsTheOperatorsAlone() {
    var tenant = SERVICE.tenant();

    assertThat(SERVICE.get(As.NOBODY, "/admin/pipeline").code()).isEqualTo("MISSING_ADMIN_TOKEN");
    assertThat(SERVICE.get(tenant.admin(), "/admin/pipeline").status()).isEqualTo(401);
    assertThat(SERVICE.get(new As("X-Admin-Token", "wrong"), "/admin/pipeline").status()).isEqualTo(403);
    assertThat(SERVICE.get(As.OPERATOR, "/admin/pipeline").status()).isEqualTo(200);
  }

  private static JsonNode group(String topic, String group) {
    var topics = SERVICE.get(As.OPERATOR, "/admin/pipeline").body().path("topics");
    for (JsonNode it : topics) {
      if (it.path("topic").asString().equals(topic)) {
        for (JsonNode reader : it.path("groups")) {
          if (reader.path("group").asString().equals(group)) {
            return reader;
          }
        }
      }
    }
    return QueryService.JSON.createObjectNode();
  }

  private static KafkaConsumer<byte[], ?> consumer(String group) {
    return SERVICE.context.getBean(KafkaClients.class).consumer(group, "test-" + UUID.randomUUID());
  }

  private static void commit(KafkaConsumer<byte[], ?> consumer, String topic, int partition, long offset) {
    consumer.commitSync(Map.of(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)));
  }

  private static void send(PipelineTopic topic, Lane lane, String value) {
    @SuppressWarnings("unchecked")
    Producer<byte[], byte[]> producer = SERVICE.context.getBean("rawProducer", Producer.class);
    producer.send(new ProducerRecord<>(SERVICE.topics.of(topic, lane), 0, new byte[]{1}, value.getBytes()));
    producer.flush();
  }
}
