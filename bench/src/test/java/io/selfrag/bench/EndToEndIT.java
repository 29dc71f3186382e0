package io.selfrag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.ledger.AcceptedLog;
import io.selfrag.bench.ledger.LedgerCheck;
import io.selfrag.bench.system.SystemProcess;
import io.selfrag.bench.workload.MarkedText;
import io.selfrag.bench.workload.Place;
import io.selfrag.schemas.PipelineWorker;
import io.selfrag.schemas.TopicNames;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole system from upload to found passage, through replacement, deletion and a restart. The steps build on each other. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(600)
class EndToEndIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final int REPLACED = 10;
  private static final int DELETED = 20;

  @TempDir
  private static Path folder;
  private static SystemProcess system;
  private static Place place;
  private static final AcceptedLog log = new AcceptedLog();

  @BeforeAll
  static void start() {
    system = SystemProcess.start(folder.resolve("data"), Map.of("EMBEDDING_PROVIDER", "hashing"), "1g");
    place = Place.create(system.access(), "end-to-end", Map.of());
  }

  @AfterAll
  static void stop() {
    if (system != null) {
      system.close();
    }
  }

  @Test
  @Order(1)
  void documentsSentOnEveryRouteAreFound() {
    try (var api = place.open(system.access())) {
      var lines = new ArrayList<byte[]>();
      var batch = new ArrayList<Map<String, Object>>();
      for (int i = 0; i < SmallCorpus.SIZE; i++) {
        var id = SmallCorpus.id(i);
        var text = SmallCorpus.text(i, 1);
        log.upsert(place.documentId(id), MarkedText.sha256(text)).acknowledge();
        var fields = Map.<String, Object>of("title", id, "external_id", id, "content", text);
        if (i < 150) {
          lines.add((JsonMapper.shared().writeValueAsString(fields) + "\n").getBytes(StandardCharsets.UTF_8));
        } else if (i < 180) {
          batch.add(fields);
        } else {
          assertThat(api.upload(place.documents() + "/upload", Map.of("title", id, "external_id", id), id + ".md",
              text.getBytes(StandardCharsets.UTF_8)).status()).isEqualTo(202);
        }
      }
      var results = api.bulk(place.documents() + "/bulk", lines).orThrow().body();
      assertThat(results.valueStream().filter(it -> it.path("success").asBoolean())).hasSize(150);
      assertThat(api.post(place.documents() + "/batch", Map.of("documents", batch)).orThrow().body().path("succeeded")
          .asInt()).isEqualTo(30);

      awaitCompleted(api, SmallCorpus.SIZE);

      for (int i = 0; i < SmallCorpus.SIZE; i += 7) {
        assertThat(found(api, i, 1)).as(SmallCorpus.id(i)).contains(SmallCorpus.fact(i, 1));
      }
    }
  }

  @Test
  @Order(2)
  void aWaitingCallSaysWhatBecameOfTheDocument() {
    try (var api = place.open(system.access())) {
      for (int i = 0; i < REPLACED; i++) {
        var id = SmallCorpus.id(i);
        var text = SmallCorpus.text(i, 2);
        log.upsert(place.documentId(id), MarkedText.sha256(text)).acknowledge();

        var reply = api.put(place.document(id), Map.of("title", id, "content", text, "wait", 30));

        assertThat(reply.status()).as(reply.toString()).isEqualTo(201);
        assertThat(reply.body().path("version").asInt()).isEqualTo(2);
        assertThat(found(api, i, 2)).contains(SmallCorpus.fact(i, 2)).doesNotContain(SmallCorpus.fact(i, 1));
        assertThat(api.put(place.document(id), Map.of("title", id, "content", text, "wait", 30)).status())
            .isEqualTo(200);
      }
    }
  }

  @Test
  @Order(3)
  void aDeletedDocumentIsGoneAtOnce() {
    try (var api = place.open(system.access())) {
      for (int i = REPLACED; i < DELETED; i++) {
        log.delete(place.documentId(SmallCorpus.id(i))).acknowledge();

        assertThat(api.delete(place.document(SmallCorpus.id(i))).status()).isEqualTo(204);

        assertThat(found(api, i, 1)).doesNotContain(SmallCorpus.fact(i, 1));
        assertThat(api.get("/v1/documents/" + place.documentId(SmallCorpus.id(i))).status()).isEqualTo(404);
      }
    }
  }

  @Test
  @Order(4)
  void whatCannotBeReadFailsWithACodeAndNeighboursDoNot() {
    try (var api = place.open(system.access())) {
      log.poison(place.documentId("noise.pdf"), "none").acknowledge();

      api.upload(place.documents() + "/upload", Map.of("title", "noise", "external_id", "noise.pdf"), "noise.pdf",
          "%PDF-1.7 nothing of the kind".getBytes(StandardCharsets.UTF_8)).orThrow();

      var path = "/v1/documents/" + place.documentId("noise.pdf");
      Awaitility.await().atMost(LIMIT).untilAsserted(
          () -> assertThat(api.get(path).body().path("processing_status").asString()).isEqualTo("failed"));
      assertThat(api.get(path).body().path("error").path("code").asString()).isIn("CORRUPT", "UNSUPPORTED_FORMAT",
          "EMPTY_DOCUMENT");
    }
  }

  @Test
  @Order(5)
  void everythingIsStillThereAfterARestart() {
    system.stop();

    system.startAgain();

    try (var api = place.open(system.access()); var ledger = ledger()) {
      assertThat(found(api, 0, 2)).contains(SmallCorpus.fact(0, 2));
      assertThat(found(api, DELETED, 1)).contains(SmallCorpus.fact(DELETED, 1));
      assertThat(found(api, REPLACED, 1)).doesNotContain(SmallCorpus.fact(REPLACED, 1));
      assertThat(ledger.awaitSettled(LIMIT).isEmpty()).isTrue();
      var report = ledger.check(log);
      assertThat(report.violations()).as(report.text()).isEmpty();
      assertThat(report.counts().liveDocuments()).isEqualTo(SmallCorpus.SIZE - (DELETED - REPLACED));
      assertThat(report.points()).isEqualTo(report.counts().chunks());
    }
  }

  @Test
  @Order(6)
  void everyWorkerIsShownAndAnOutageThatOneWaitsForIsNamed() {
    var topics = new TopicNames("selfrag.");
    try (var operator = Api.ofOperator(system.access().baseUrl(), system.access().adminToken());
        var api = place.open(system.access())) {
      Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
        var health = operator.get("/health/detailed").orThrow().body();
        assertThat(health.path("status").asString()).as(health.toPrettyString()).isEqualTo("ok");
        for (PipelineWorker worker : PipelineWorker.values()) {
          var shown = health.path("components").path("worker-" + worker.wireName());
          assertThat(shown.path("lag").asLong(-1)).as(worker.wireName()).isZero();
        }
      });
      var pipeline = operator.get("/admin/pipeline").orThrow().body().path("topics").valueStream()
          .flatMap(it -> it.path("groups").valueStream()).filter(it -> it.path("members").asInt() > 0)
          .map(it -> it.path("group").asString()).toList();
      for (PipelineWorker worker : PipelineWorker.values()) {
        assertThat(pipeline).contains(worker.group(topics));
      }

      system.storeAway();
      api.put(place.document("during-outage"), Map.of("title", "t", "content", "waits for the store", "wait", 0))
          .orThrow();

      Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
        var components = operator.get("/health/detailed").orThrow().body().path("components");
        assertThat(components.path("worker-indexer").path("status").asString()).isEqualTo("degraded");
        assertThat(components.path("worker-indexer").path("message").asString()).startsWith("STORE_UNAVAILABLE");
        assertThat(components.path("vector-store").path("status").asString()).isEqualTo("down");
      });

      system.storeBack();

      Awaitility.await().atMost(LIMIT).untilAsserted(
          () -> assertThat(operator.get("/health/detailed").body().path("status").asString()).isEqualTo("ok"));
      Awaitility.await().atMost(LIMIT).untilAsserted(() -> assertThat(
          api.get("/v1/documents/" + place.documentId("during-outage")).body().path("processing_status").asString())
          .isEqualTo("completed"));
    }
  }

  private static LedgerCheck ledger() {
    return LedgerCheck.open(system.access().databaseUrl(), system.access().index());
  }

  private static void awaitCompleted(Api api, int documents) {
    Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(500)).untilAsserted(
        () -> assertThat(api.get(place.documents() + "?status=completed&page_size=1").body().path("total").asInt())
            .isEqualTo(documents));
  }

  /** Texts of the passages that a question about the document finds. */
  private static List<String> found(Api api, int document, int edition) {
    var hits = api.post("/v1/retrieve", Map.of("query", SmallCorpus.question(document, edition), "knowledge_base_ids",
        List.of(place.knowledgeBaseId()), "top_k", 5)).orThrow().body().path("results");
    var facts = new ArrayList<String>();
    for (JsonNode hit : hits) {
      for (String line : hit.path("text").asString().split("\n")) {
        facts.add(line.strip());
      }
    }
    return facts;
  }
}
