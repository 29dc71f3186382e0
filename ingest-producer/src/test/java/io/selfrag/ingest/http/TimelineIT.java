package io.selfrag.ingest.http;

import static io.selfrag.ingest.Answers.invalid;
import static io.selfrag.ingest.Answers.ok;
import static io.selfrag.ingest.Answers.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.ingest.EventReader;
import io.selfrag.ingest.NothingBlocks;
import io.selfrag.ingest.Service;
import io.selfrag.ingest.Service.Tenant;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A document's timeline and a job's progress, as lists and as streams. */
@ExtendWith(NothingBlocks.class)
class TimelineIT {
  private static Service service;
  private static Tenant tenant;

  @BeforeAll
  static void start() {
    service = new Service(Map.of("INGEST_MAX_STREAMS", 2));
    tenant = service.tenant();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void aTimelineIsAListUnlessAStreamIsAskedFor() {
    var id = document();
    happened(id, "queued", "null");
    happened(id, "failed", "'CORRUPT'");

    var answer = ok(200, service.get(tenant.readKey(), "/v1/documents/" + id + "/events", "Accept", "*/*"));

    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.at("/0/stage")).isEqualTo("queued");
    assertThat(answer.body().at("/0/error").isNull()).isTrue();
    assertThat(answer.body().at("/0/chunk_count").isNull()).isTrue();
    assertThat(answer.at("/1/error/code")).isEqualTo("CORRUPT");
    assertThat(answer.body().at("/1/id").asLong()).isGreaterThan(answer.body().at("/0/id").asLong());
    assertThat(answer.body().at("/0").propertyNames()).containsExactlyInAnyOrder("id", "stage", "at", "revision",
        "attempt", "generation", "chunk_count", "equals_revision", "error");
  }

  @Test
  void aStreamTellsWhatWasThenWhatComesAndGoesOnWhereItWasLeft() {
    var id = document();
    happened(id, "queued", "null");
    String seen;
    try (var stream = stream(tenant.readKey(), "/v1/documents/" + id + "/events")) {
      assertThat(stream.next().name()).isEqualTo("queued");
      happened(id, "parsed", "null");
      var parsed = stream.next();
      assertThat(parsed.name()).isEqualTo("parsed");
      assertThat(parsed.data().at("/stage").asString()).isEqualTo("parsed");
      assertThat(parsed.id()).isEqualTo(parsed.data().at("/id").asString());
      seen = parsed.id();
    }
    happened(id, "indexed", "null");

    try (var again = stream(tenant.readKey(), "/v1/documents/" + id + "/events", "Last-Event-ID", seen)) {
      assertThat(again.next().name()).isEqualTo("indexed");
    }
    await().untilAsserted(() -> invalid(service.get(tenant.readKey(), "/v1/documents/" + id + "/events", "Accept",
        "text/event-stream", "Last-Event-ID", "x"), "last_event_id"));
  }

  @Test
  void aStreamIsOpenBeforeAnythingHappens() {
    long start = System.nanoTime();

    try (var stream = stream(tenant.readKey(), "/v1/documents/" + document() + "/events")) {
      assertThat(stream.status()).isEqualTo(200);
      // Not with the first comment that keeps it open, which is 15 seconds later.
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(12));
    }
  }

  @Test
  void aStreamEndsWhenItsCallerMayNotReadAnyMore() {
    var id = document();
    var key = service.key(tenant.id(), "read");
    try (var stream = stream(key, "/v1/documents/" + id + "/events")) {
      happened(id, "queued", "null");
      assertThat(stream.next().name()).isEqualTo("queued");

      service.sql("update api_keys set revoked_at = now() where key_prefix = '" + key.substring(0, 10) + "'");

      assertThat(stream.atEnd()).isTrue();
    }
  }

  @Test
  void thereAreOnlySoManyStreamsAtOnce() {
    var path = "/v1/documents/" + document() + "/events";
    await().untilAsserted(() -> {
      try (var one = stream(tenant.readKey(), path); var two = stream(tenant.readKey(), path)) {
        assertThat(one.status()).isEqualTo(200);
        assertThat(two.status()).isEqualTo(200);
        problem(service.get(tenant.readKey(), path, "Accept", "text/event-stream"), 503, "PIPELINE_SATURATED");
      }
    });
    await().untilAsserted(() -> {
      try (var free = stream(tenant.readKey(), path)) {
        assertThat(free.status()).isEqualTo(200);
      }
    });
  }

  @Test
  void aStreamOfNothingIsNotFound() {
    problem(service.get(tenant.readKey(), "/v1/documents/" + UUID.randomUUID() + "/events", "Accept",
        "text/event-stream"), 404, "DOC_NOT_FOUND");
    problem(service.get(tenant.readKey(), "/v1/ingest-jobs/" + UUID.randomUUID() + "/events", "Accept",
        "text/event-stream"), 404, "JOB_NOT_FOUND");
  }

  // Jobs

  @Test
  void aJobIsOpenedCountedAndCompleted() {
    var job = ok(201, service.post(tenant.writeKey(), "/v1/ingest-jobs", newJob(tenant.knowledgeBase())));

    assertThat(job.at("/status")).isEqualTo("running");
    assertThat(job.body().at("/eta_seconds").isNull()).isTrue();
    assertThat(job.body().at("/stages").isNull()).isTrue();
    assertThat(job.at("/knowledge_base_id")).isEqualTo(tenant.knowledgeBase().toString());
    var done = ok(200, service.send("POST", tenant.writeKey(), "/v1/ingest-jobs/" + job.at("/id") + "/complete", null));
    assertThat(done.at("/status")).isEqualTo("completed");
    assertThat(done.at("/eta_seconds")).isEqualTo("0");
    invalid(service.post(tenant.writeKey(), "/v1/ingest-jobs", "{}"), "knowledge_base_id");
    invalid(service.post(tenant.writeKey(), "/v1/ingest-jobs", "{\"knowledge_base_id\":null}"), "knowledge_base_id");
    problem(service.post(tenant.writeKey(), "/v1/ingest-jobs", newJob(UUID.randomUUID())), 404, "KB_NOT_FOUND");
    invalid(service.get(tenant.readKey(), "/v1/ingest-jobs/" + job.at("/id") + "?detail=x"), "detail");
  }

  @Test
  void aJobsTotalsRateAndRemainingTimeFollowItsDocuments() {
    var answer = ok(202, service.post(tenant.writeKey(), tenant.documents() + "/batch", json("{'documents':["
        + "{'title':'a','content':'1'},{'title':'b','content':'2'},{'title':'c','content':'3'},{'title':'d','content':'4'},"
        + "{'title':'bad'}]}")));
    var path = "/v1/ingest-jobs/" + answer.at("/job_id");
    service.indexed(answer.at("/results/0/document_id"), 1, 1);
    service.ended(answer.at("/results/1/document_id"), "failed", ", error_stage = 'parse', error_code = 'CORRUPT'");
    service.sql("update document_revisions set state = 'processing' where document_id = '"
        + answer.at("/results/2/document_id") + "'");
    happened(answer.at("/results/0/document_id"), "parsed", "null");

    var job = ok(200, service.get(tenant.readKey(), path));
    assertThat(job.body().at("/totals")).hasToString("{\"pending\":1,\"processing\":1,\"indexed\":1,\"unchanged\":0,"
        + "\"superseded\":0,\"failed\":1,\"interrupted\":0,\"deleted\":0}");
    assertThat(job.at("/received")).isEqualTo("5");
    assertThat(job.at("/rejected")).isEqualTo("1");
    assertThat(job.at("/total")).isEqualTo("4");
    assertThat(job.at("/finished")).isEqualTo("2");
    assertThat(job.body().at("/rate_per_second").asDouble()).isPositive();
    assertThat(job.body().at("/eta_seconds").asLong()).isPositive();
    var detail = ok(200, service.get(tenant.readKey(), path + "?detail=true"));
    assertThat(detail.at("/stages/parsed")).isEqualTo("1");
    assertThat(detail.at("/failures/0/code")).isEqualTo("CORRUPT");
    assertThat(detail.at("/failures/0/title")).isEqualTo("b");
    var hidden = answer.at("/results/3/document_id");
    service.ended(hidden, "failed", ", error_stage = 'parse', error_code = 'CORRUPT'");
    service.sql("update documents set acl_users = '{somebody}' where id = '" + hidden + "'");
    assertThat(service.get(tenant.readKey(), path + "?detail=true").body().at("/failures")).hasSize(1);
    assertThat(service.get(tenant.adminKey(), path + "?detail=true").body().at("/failures")).hasSize(2);
  }

  @Test
  void aJobsStreamSaysWhatChangedAndEndsWhenItIsDone() {
    var id = ok(201, service.post(tenant.writeKey(), "/v1/ingest-jobs", newJob(tenant.knowledgeBase()))).at("/id");
    try (var stream = stream(tenant.readKey(), "/v1/ingest-jobs/" + id + "/events")) {
      assertThat(stream.next().name()).isEqualTo("progress");

      service.send("POST", tenant.writeKey(), "/v1/ingest-jobs/" + id + "/complete", null);

      var done = stream.next();
      assertThat(done.name()).isEqualTo("done");
      assertThat(done.data().at("/status").asString()).isEqualTo("completed");
      assertThat(stream.atEnd()).isTrue();
    }
  }

  private static EventReader stream(String key, String path, String... headers) {
    return new EventReader(service, key, path, headers);
  }

  private static void happened(String document, String stage, String errorCode) {
    service.sql(
        "insert into document_events (tenant_id, knowledge_base_id, document_id, revision, attempt, stage, at, error_code)"
            + " select tenant_id, knowledge_base_id, id, last_revision, 0, '" + stage + "', now(), " + errorCode
            + " from documents where id = '" + document + "'");
  }

  private static String document() {
    return ok(202, service.post(tenant.writeKey(), tenant.documents(), json("{'title':'t','content':'c','wait':0}")))
        .at("/document_id");
  }

  private static String newJob(UUID knowledgeBase) {
    return "{\"knowledge_base_id\":\"" + knowledgeBase + "\"}";
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }
}
