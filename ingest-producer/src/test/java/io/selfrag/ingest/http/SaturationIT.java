package io.selfrag.ingest.http;

import static io.selfrag.ingest.Answers.ok;
import static io.selfrag.ingest.Answers.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.ingest.NothingBlocks;
import io.selfrag.ingest.Service;
import io.selfrag.ingest.Service.Answer;
import io.selfrag.ingest.Service.Tenant;
import io.selfrag.schemas.Ids;
import io.selfrag.schemas.Lane;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** I7: where a limit is met the caller is told to come again, and what needs no room goes on. */
@ExtendWith(NothingBlocks.class)
class SaturationIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int ROOM = 6;
  private static final String OPEN = "state in ('accepting', 'pending', 'processing')";
  private static Service service;
  private Tenant tenant;

  @BeforeAll
  static void start() {
    service = new Service(
        Map.of("MAX_OPEN_DOCUMENTS", ROOM, "INTERACTIVE_MAX_IN_FLIGHT", 2, "INGEST_MAX_WAITERS", 1));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @BeforeEach
  void nothingIsUnderWay() {
    tenant = service.tenant();
    finishAll();
  }

  @Test
  void aFullPipelineTakesNoMoreUntilSomethingIsDone() {
    fill();
    var rows = "select count(*) from document_revisions where tenant_id = '" + tenant.id() + "'";
    var before = service.value(rows);

    var refused = problem(create("one more"), 503, "PIPELINE_SATURATED");

    assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
    problem(batch(2), 503, "PIPELINE_SATURATED");
    problem(service.upload(tenant.writeKey(), tenant.documents() + "/upload", BodyPublishers.ofString(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--b--\r\n")), 503,
        "PIPELINE_SATURATED");
    assertThat(service.value(rows)).isEqualTo(before);
    finishAll();
    await().atMost(PATIENCE).until(() -> create("one more").status() == 202);
  }

  @Test
  void s23ARefusalForWantOfRoomIsNotRememberedUnderTheKey() {
    fill();
    problem(create("keyed", "Idempotency-Key", "full-1"), 503, "PIPELINE_SATURATED");
    finishAll();

    await().atMost(PATIENCE).until(() -> create("keyed", "Idempotency-Key", "full-1").status() == 202);
  }

  @Test
  void whatNeedsNoRoomGoesOnWhileThePipelineIsFull() {
    var id = fill();

    ok(200, service.get(tenant.readKey(), tenant.documents()));
    ok(200, service.send("PATCH", tenant.writeKey(), "/v1/documents/" + id, "{\"title\":\"u\"}"));
    ok(204, service.delete(tenant.writeKey(), "/v1/documents/" + id));
  }

  @Test
  void aStreamWaitsForRoomInsteadOfFailing() {
    fill();

    var stream = service.exchange("POST", tenant.writeKey(), tenant.documents() + "/bulk",
        BodyPublishers.ofString("{\"title\":\"a\",\"content\":\"streamed\"}\n"), "Content-Type",
        "application/x-ndjson");
    await().during(Duration.ofSeconds(2)).atMost(PATIENCE).until(() -> !stream.isDone());
    finishAll();

    assertThat(ok(200, stream.join()).lines()).singleElement()
        .satisfies(it -> assertThat(it.get("success").asBoolean()).isTrue());
  }

  @Test
  void s20ATenantWithManyUnfinishedDocumentsGoesToTheBulkLaneAndComesBack() {
    var first = accepted(tenant, 0);
    var second = accepted(tenant, 0);
    var third = accepted(tenant, 0);
    var theirs = accepted(service.tenant(), 0);
    finishAll();
    var fourth = accepted(tenant, 0);

    assertThat(service.commands(Lane.INTERACTIVE)).extracting(it -> it.key()).contains(first, second, theirs, fourth)
        .doesNotContain(third);
    assertThat(service.commands(Lane.BULK, third)).hasSize(1);
  }

  @Test
  void s24OneWaiterTooManyIsAnsweredWithWhatIsKnown() {
    var waiting = service.sendAsync("POST", tenant.writeKey(), tenant.documents(),
        "{\"title\":\"t\",\"content\":\"waits\",\"wait\":60,\"external_id\":\"waits\"}");
    var id = Ids.documentId(tenant.knowledgeBase(), "waits").toString();
    await().atMost(PATIENCE).until(() -> !service
        .column("select 1 from document_revisions where state = 'pending' and document_id = '" + id + "'").isEmpty());

    accepted(tenant, 60);

    assertThat(waiting).isNotDone();
    service.indexed(id, 1, 1);
    ok(201, waiting.join());
  }

  /** Sends until as many are open as may be and no more is taken; the id of one of them. */
  private String fill() {
    var id = accepted(tenant, 0);
    await().atMost(PATIENCE).until(() -> create("fill").status() == 503
        && Integer.parseInt(service.value("select count(*) from document_revisions where " + OPEN)) >= ROOM);
    return id;
  }

  /** The id of a document that is taken at once, or once the service has counted again, and answered as pending. */
  private static String accepted(Tenant tenant, int wait) {
    var answer = await().atMost(PATIENCE).until(
        () -> service.post(tenant.writeKey(), tenant.documents(), document("text", wait)), it -> it.status() == 202);
    assertThat(answer.at("/status")).isEqualTo("pending");
    return answer.at("/document_id");
  }

  private static void finishAll() {
    service.sql("update document_revisions set state = 'indexed', finished_at = now() where " + OPEN);
  }

  private Answer create(String content, String... headers) {
    return service.post(tenant.writeKey(), tenant.documents(), document(content, 0), headers);
  }

  private Answer batch(int count) {
    return service.post(tenant.writeKey(), tenant.documents() + "/batch",
        "{\"documents\":[" + "{\"title\":\"t\",\"content\":\"c\"},".repeat(count - 1)
            + "{\"title\":\"t\",\"content\":\"c\"}]}");
  }

  private static String document(String content, int wait) {
    return "{\"title\":\"t\",\"content\":\"" + content + "\",\"wait\":" + wait + "}";
  }
}
