package io.selfrag.ingest.http;

import static io.selfrag.ingest.Answers.ok;
import static io.selfrag.ingest.Answers.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.ingest.NothingBlocks;
import io.selfrag.ingest.Service;
import io.selfrag.ingest.Service.Answer;
import io.selfrag.ingest.Service.Received;
import io.selfrag.ingest.Service.Tenant;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.avro.Delete;
import io.selfrag.schemas.avro.Patch;
import io.selfrag.schemas.avro.Upsert;
import io.selfrag.servers.LocalBroker;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** S3 and S23 while the broker is away: success is said of nothing that it does not have, and trying again is safe. */
@ExtendWith(NothingBlocks.class)
class BrokerAwayIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  @TempDir
  private static Path folder;
  private static LocalBroker broker;
  private static Service service;
  private static Tenant tenant;

  @BeforeAll
  static void start() {
    broker = new LocalBroker(folder.resolve("broker"), 0);
    broker.start();
    service = impatient();
    tenant = service.tenant();
  }

  private static Service impatient() {
    return new Service(broker.bootstrapServers(), Map.of("INGEST_ACK_TIMEOUT", "1s"), List.of());
  }

  @AfterAll
  static void stop() {
    service.close();
    broker.stop();
  }

  @BeforeEach
  void brokerIsThere() {
    broker.start();
    upload("warm up");
  }

  @Test
  void s3TheAnswerWaitsForTheBrokersAcknowledgement() {
    try (var patient = new Service(broker.bootstrapServers(), Map.of("INGEST_ACK_TIMEOUT", "60s"), List.of())) {
      var own = patient.tenant();
      ok(202, patient.post(own.writeKey(), own.documents(), document("before")));
      broker.stop();

      var waiting = patient.sendAsync("POST", own.writeKey(), own.documents(), document("while away"));
      await().atMost(PATIENCE).until(() -> !revisions(patient, own, "accepting").isEmpty());
      await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(5)).until(() -> !waiting.isDone());
      broker.start();

      var id = ok(202, waiting.join()).at("/document_id");
      assertThat(patient.commands(Lane.INTERACTIVE, id)).hasSize(1);
      assertThat(revisions(patient, own, "accepting")).isEmpty();
    }
  }

  @Test
  void s3AnUploadIsAnsweredWith503AndTheSameKeyBringsItInOnce() {
    var own = service.tenant();
    broker.stop();

    var refused = problem(post(own, "k-1"), 503, "BROKER_UNAVAILABLE");
    assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
    assertThat(refused.at("/detail")).contains("Idempotency-Key");
    problem(post(own, "k-1"), 503, "BROKER_UNAVAILABLE");
    assertThat(revisions(service, own, "accepting")).isNotEmpty();
    assertThat(revisions(service, own, "pending")).isEmpty();
    broker.start();

    var accepted = await().atMost(PATIENCE).until(() -> post(own, "k-1"), it -> it.status() == 202);

    var id = accepted.at("/document_id");
    assertThat(service.column("select id from documents where tenant_id = '" + own.id() + "'")).containsExactly(id);
    assertThat(service.value("select doc_count from tenant_counters where tenant_id = '" + own.id() + "'"))
        .isEqualTo("1");
    // What the brokers were sent before may be there too, in its place below what was accepted, and never twice.
    var commands = service.commands(Lane.INTERACTIVE, id);
    assertThat(commands).extracting(it -> it.command().getRevision()).isSorted().doesNotHaveDuplicates();
    assertThat(commands.getLast().command().getRevision())
        .hasToString(service.value("select last_revision from documents where id = '" + id + "'"));
    assertThat(revisions(service, own, "pending")).contains(commands.getLast().command().getRevision().toString());
    var again = post(own, "k-1");
    assertThat(ok(202, again).header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(service.commands(Lane.INTERACTIVE, id)).hasSameSizeAs(commands);
  }

  @Test
  void s3AnExternalIdMakesTheRetrySafeToo() {
    var path = tenant.documents() + "/by-external-id/away";
    broker.stop();
    problem(service.send("PUT", tenant.writeKey(), path, document("text")), 503, "BROKER_UNAVAILABLE");
    broker.start();

    var accepted = await().atMost(PATIENCE)
        .until(() -> service.send("PUT", tenant.writeKey(), path, document("text")), it -> it.status() == 202);

    assertThat(service.column("select id from documents where external_id = 'away'"))
        .containsExactly(accepted.at("/document_id"));
  }

  @Test
  void ofManyDocumentsNoneIsSaidToBeTaken() {
    broker.stop();

    problem(service.post(tenant.writeKey(), tenant.documents() + "/batch",
        "{\"documents\":[" + document("a") + "," + document("b") + "]}"), 503, "BROKER_UNAVAILABLE");
    var lines = ok(200, service.exchange("POST", tenant.writeKey(), tenant.documents() + "/bulk",
        BodyPublishers.ofString("{\"title\":\"a\",\"content\":\"x\"}\n{\"title\":\"b\",\"content\":\"y\"}\n"),
        "Content-Type",
        "application/x-ndjson").join()).lines();

    assertThat(lines).hasSize(2).allSatisfy(it -> {
      assertThat(it.get("success").asBoolean()).isFalse();
      assertThat(it.get("code").asString()).isEqualTo("BROKER_UNAVAILABLE");
    });
  }

  @Test
  void s3ChangesAreTakenMeanwhileAndReachTheBrokerInTheirOrder() {
    var id = upload("changed while the broker is away");
    service.indexed(id, 1, 1);
    broker.stop();

    ok(200, service.send("PATCH", tenant.writeKey(), "/v1/documents/" + id, "{\"title\":\"one\"}"));
    ok(200, service.send("PATCH", tenant.writeKey(), "/v1/documents/" + id, "{\"title\":\"two\"}"));
    assertThat(service.get(tenant.readKey(), "/v1/documents/" + id).at("/title")).isEqualTo("two");
    ok(204, service.delete(tenant.writeKey(), "/v1/documents/" + id));
    problem(service.get(tenant.readKey(), "/v1/documents/" + id), 404, "DOC_NOT_FOUND");
    broker.start();

    var commands = await().atMost(PATIENCE).until(() -> service.commands(Lane.INTERACTIVE, id),
        it -> distinct(it).size() == 4);
    assertThat(distinct(commands)).isSorted();
    assertThat(commands).extracting(it -> (Object) it.command().getCommand().getClass())
        .containsSubsequence(Upsert.class, Patch.class, Patch.class, Delete.class);
  }

  @Test
  void aFloodOfUploadsMeanwhileIsRefusedInTimeAndTheServiceLives() {
    broker.stop();
    var batch = "{\"documents\":[{\"title\":\"t\",\"content\":\"" + "x".repeat(300_000) + "\"}]}";
    long start = System.nanoTime();

    // Each would wait in its turn for room or for the brokers' addresses: ten seconds, four at a time.
    var answers = IntStream.range(0, 60)
        .mapToObj(it -> service.sendAsync("POST", tenant.writeKey(), tenant.documents() + "/batch", batch)).toList();

    assertThat(answers).allSatisfy(it -> assertThat(it.join().status()).isEqualTo(503));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(40));
    ok(200, service.get(tenant.readKey(), tenant.documents()));
  }

  /** What the outbox relays it may send again; revisions tell. */
  private static List<Long> distinct(List<Received> commands) {
    return commands.stream().map(it -> it.command().getRevision()).distinct().toList();
  }

  private static List<String> revisions(Service service, Tenant tenant, String state) {
    return service.column("select revision from document_revisions where tenant_id = '" + tenant.id()
        + "' and state = '" + state + "'");
  }

  private static Answer post(Tenant tenant, String key) {
    return service.post(tenant.writeKey(), tenant.documents(), document("text"), "Idempotency-Key", key);
  }

  /** Patiently: after a restart the first answers may still be late. */
  private static String upload(String content) {
    return await().atMost(PATIENCE)
        .until(() -> service.post(tenant.writeKey(), tenant.documents(), document(content)), it -> it.status() == 202)
        .at("/document_id");
  }

  private static String document(String content) {
    return "{\"title\":\"t\",\"content\":\"" + content + "\",\"wait\":0}";
  }
}
