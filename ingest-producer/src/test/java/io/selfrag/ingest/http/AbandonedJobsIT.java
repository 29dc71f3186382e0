package io.selfrag.ingest.http;

import static io.selfrag.ingest.Answers.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.catalog.intake.IngestJobs;
import io.selfrag.ingest.EventReader;
import io.selfrag.ingest.NothingBlocks;
import io.selfrag.ingest.Service;
import io.selfrag.ingest.Service.Tenant;
import io.selfrag.ingest.upkeep.Upkeep;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.SubmissionPublisher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A job ends although whoever should have completed it was killed. */
@ExtendWith(NothingBlocks.class)
class AbandonedJobsIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration IDLE = Duration.ofSeconds(10);
  private static Service service;
  private static Tenant tenant;

  @BeforeAll
  static void start() {
    service = new Service(Map.of("INGEST_JOB_IDLE", IDLE.toSeconds() + "s", "INGEST_UPKEEP_EVERY", "1h"));
    tenant = service.tenant();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void aJobWhoseRequestDiedWithTheServiceIsCompletedAndItsStreamEnds() {
    var id = UUID.randomUUID();
    service.context.getBean(IngestJobs.class).open(id, tenant.id(), tenant.knowledgeBase()).block(LIMIT);
    try (var stream = new EventReader(service, tenant.readKey(), "/v1/ingest-jobs/" + id + "/events")) {
      assertThat(stream.next().name()).isEqualTo("progress");
      untouchedFor(id.toString(), "0 seconds");
      upkeep();
      assertThat(status(id.toString())).isEqualTo("running");
      untouchedFor(id.toString(), "11 seconds");

      upkeep();

      assertThat(stream.next().name()).isEqualTo("done");
      assertThat(stream.atEnd()).isTrue();
    }
  }

  @Test
  void aJobThatAClientCompletesHasADayBetweenUploads() {
    var id = ok(201, service.post(tenant.writeKey(), "/v1/ingest-jobs",
        "{\"knowledge_base_id\":\"" + tenant.knowledgeBase() + "\"}")).at("/id");
    untouchedFor(id, "23 hours");
    upkeep();
    assertThat(status(id)).isEqualTo("running");

    untouchedFor(id, "25 hours");
    upkeep();

    assertThat(status(id)).isEqualTo("completed");
  }

  @Test
  void aStreamOfLinesWhoseSenderIsSilentKeepsItsJob() {
    String id;
    try (var sender = new SubmissionPublisher<ByteBuffer>()) {
      var answer = service.exchange("POST", tenant.writeKey(), tenant.documents() + "/bulk",
          BodyPublishers.fromPublisher(sender), "Content-Type", "application/x-ndjson");
      await().atMost(LIMIT).until(sender::hasSubscribers);
      sender.submit(ByteBuffer
          .wrap("{\"title\":\"a\",\"content\":\"x\"}\n".repeat(10).getBytes(StandardCharsets.UTF_8)));
      id = await().atMost(LIMIT).until(() -> service.column("select id from ingest_jobs where received > 0"),
          it -> it.size() == 1).getFirst();

      await().during(IDLE.plusSeconds(5)).atMost(IDLE.plus(LIMIT)).until(() -> {
        upkeep();
        return service.value("select complete from ingest_jobs where id = '" + id + "'").equals("f");
      });
      assertThat(answer).isNotDone();
    }

    await().atMost(LIMIT)
        .until(() -> service.value("select complete from ingest_jobs where id = '" + id + "'").equals("t"));
  }

  private static void upkeep() {
    service.context.getBean("upkeep", Upkeep.class).round().block(LIMIT);
  }

  private static void untouchedFor(String job, String time) {
    service.sql("update ingest_jobs set updated_at = now() - interval '" + time + "' where id = '" + job + "'");
  }

  private static String status(String job) {
    return ok(200, service.get(tenant.readKey(), "/v1/ingest-jobs/" + job)).at("/status");
  }
}
