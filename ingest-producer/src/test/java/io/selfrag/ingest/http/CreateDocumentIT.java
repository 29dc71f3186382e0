package io.selfrag.ingest.http;

import static io.selfrag.ingest.Answers.invalid;
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
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One document as JSON: POST, and PUT and DELETE under its external id. */
@ExtendWith(NothingBlocks.class)
class CreateDocumentIT {
  private static Service service;
  private static Tenant tenant;

  @BeforeAll
  static void start() {
    service = Service.shared();
    tenant = service.tenant();
  }

  @Test
  void withoutWaitingTheAnswerIsWhatIsKnown() {
    var answer = ok(202, create("{'title':'t','content':'c','wait':0}"));

    assertThat(answer.text()).isEqualTo("{\"document_id\":\"" + answer.at("/document_id")
        + "\",\"status\":\"pending\",\"version\":null,\"chunk_count\":null,\"error\":null}");
  }

  @Test
  void s24IndexedIs201WithVersionAndChunks() {
    var answer = whileItWaits("indexed", id -> service.indexed(id, 3, 7));

    ok(201, answer);
    assertThat(answer.at("/status")).isEqualTo("indexed");
    assertThat(answer.at("/version")).isEqualTo("3");
    assertThat(answer.at("/chunk_count")).isEqualTo("7");
  }

  @Test
  void s24UnchangedIs200() {
    var answer = whileItWaits("unchanged", id -> service.ended(id, "unchanged", ""));

    assertThat(ok(200, answer).at("/status")).isEqualTo("unchanged");
  }

  @Test
  void s24FailedIs202WithTheError() {
    var answer = whileItWaits("failed", id -> service.ended(id, "failed",
        ", error_stage = 'parse', error_code = 'ENCRYPTED', error_message = 'needs a password'"));

    ok(202, answer);
    assertThat(answer.at("/status")).isEqualTo("failed");
    assertThat(answer.body().at("/error"))
        .hasToString("{\"stage\":\"parse\",\"code\":\"ENCRYPTED\",\"message\":\"needs a password\"}");
  }

  @Test
  void s24SupersededIs202() {
    var answer = whileItWaits("superseded", id -> service.ended(id, "superseded", ""));

    assertThat(ok(202, answer).at("/status")).isEqualTo("superseded");
  }

  @Test
  void s24TheWaitIsOverAfterItsTime() {
    long start = System.nanoTime();

    var answer = ok(202, create("{'title':'t','content':'c','wait':1}"));

    assertThat(answer.at("/status")).isEqualTo("pending");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(950));
  }

  /** Sends one that waits, and does to it what the pipeline would. */
  private static Answer whileItWaits(String name, java.util.function.Consumer<String> pipeline) {
    var external = name + UUID.randomUUID();
    var id = Ids.documentId(tenant.knowledgeBase(), external).toString();
    var waiting = service.sendAsync("POST", tenant.writeKey(), tenant.documents(),
        json("{'title':'t','content':'c','wait':60,'external_id':'" + external + "'}"));
    await().atMost(Duration.ofSeconds(20)).until(() -> !service
        .column("select 1 from document_revisions where state = 'pending' and document_id = '" + id + "'").isEmpty());
    assertThat(waiting).isNotDone();
    pipeline.accept(id);
    return waiting.join();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"{'content':'c'} | title", "{'title':'','content':'c'} | title,title",
      "{'title':'  ','content':'c'} | title", "{'title':'t'} | content", "{'title':'t','content':''} | content",
      "{'title':'t','content':'c','source_url':'http://example.com/'} | source_url",
      "{'title':'t','source_url':'file:///etc/passwd'} | source_url",
      "{'title':'t','source_url':'http:///x'} | source_url",
      "{'title':'t','content':'c','wait':-1} | wait", "{'title':'t','content':'c','wait':121} | wait",
      "{'title':'t','content':'c','wait':'1'} | wait", "{'title':'t','content':'c','wait':1.5} | wait",
      "{'title':'t','content':'c','external_id':''} | external_id",
      "{'title':'t','content':'c','document_id':'x'} | document_id",
      "{'title':'t','content':'c','document_id':''} | document_id",
      "{'title':'t','content':'c','sensitivity_level':'secret'} | sensitivity_level",
      "{'title':'t','content':'c','acl_users':'u'} | acl_users",
      "{'title':'t','content':'c','acl_roles':[' ']} | acl_roles",
      "{'title':'t','content':'c','acl_groups':[null]} | acl_groups", "{'title':'t','content':'c','acl_users':[1]} | 0",
      "{'title':'t','content':'c','metadata':[]} | metadata",
      "{'title':'t','content':'c','metadata':{'$a':1}} | metadata",
      "{'title':'t','content':'c','metadata':{'a':1e400}} | metadata",
      "{'title':'t','content':'c','metadata':{'a':'\\u0000'}} | metadata",
      "{'title':'t\\u0000','content':'c'} | title", "{'title':'t\\ud800','content':'c'} | title",
      "{'title':'t','content':'c\\udc00'} | content", "{'title':'t','content':'c','nope':1} | nope",
      "{'title':5,'content':'c'} | title", "{'title':'t','content':{}} | content", "[] | body", "{ | body",
      "null | body"})
  void aWrongFieldIsNamed(String json, String fields) {
    invalid(create(json), fields.split(","));
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    invalid(create("{'wait':500,'metadata':'x','sensitivity_level':'?'}"), "title", "content", "wait", "metadata",
        "sensitivity_level");
  }

  @Test
  void boundsAreThoseOfTheContract() {
    ok(202, create("{'title':'" + "语".repeat(255) + "','content':'c','wait':0}"));
    invalid(create("{'title':'" + "语".repeat(256) + "','content':'c','wait':0}"), "title");
    invalid(create("{'title':'t','content':'c','metadata':{'a':'" + "x".repeat(70_000) + "'}}"), "metadata");
  }

  @Test
  void metadataComesBackAsItWasSent() {
    var metadata = "{\"a\":1,\"b\":[true,null,\"语\"],\"c\":{\"d\":1.5,\"e\":-0.25},\"f\":12345678901234567890}";
    var id = ok(202, create("{'title':'t','content':'c','wait':0,'metadata':" + metadata + "}")).at("/document_id");

    assertThat(service.get(tenant.readKey(), "/v1/documents/" + id).body().at("/metadata"))
        .isEqualTo(Service.JSON.readTree(metadata));
  }

  @Test
  void anIdThatWasGivenIsTaken() {
    var id = UUID.randomUUID();

    assertThat(
        create("{'title':'t','content':'c','wait':0,'document_id':'" + id.toString().toUpperCase(java.util.Locale.ROOT)
            + "'}").at("/document_id"))
        .isEqualTo(id.toString());
  }

  @Test
  void s4AnIdOfAnotherOwnerIsAConflict() {
    var id = UUID.randomUUID();
    var other = service.tenant();
    ok(202, service.post(other.writeKey(), other.documents(),
        json("{'title':'t','content':'c','wait':0,'document_id':'" + id + "'}")));

    problem(create("{'title':'t','content':'c','wait':0,'document_id':'" + id + "'}"), 409, "DOCUMENT_ID_CONFLICT");
    assertThat(service.value("select tenant_id from documents where id = '" + id + "'"))
        .isEqualTo(other.id().toString());
  }

  @Test
  void s23TheSameKeyGivesTheSameDocumentOnce() {
    var json = json("{'title':'t','content':'c','wait':0}");

    var first = service.post(tenant.writeKey(), tenant.documents(), json, "Idempotency-Key", "create-1");
    var again = service.post(tenant.writeKey(), tenant.documents(), json, "Idempotency-Key", "create-1");

    assertThat(ok(202, again).body()).isEqualTo(ok(202, first).body());
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(service.commands(Lane.INTERACTIVE, first.at("/document_id"))).hasSize(1);
    problem(service.post(tenant.writeKey(), tenant.documents(), json("{'title':'u','content':'c','wait':0}"),
        "Idempotency-Key", "create-1"), 422, "IDEMPOTENCY_KEY_REUSED");
  }

  @Test
  void s23TheSameBodyInAnotherKnowledgeBaseIsAnotherBody() {
    var json = json("{'title':'t','content':'c','wait':0}");
    var other = service.knowledgeBase(tenant.id());
    ok(202, service.post(tenant.writeKey(), tenant.documents(), json, "Idempotency-Key", "create-2"));

    problem(service.post(tenant.writeKey(), "/v1/knowledge-bases/" + other + "/documents", json, "Idempotency-Key",
        "create-2"), 422, "IDEMPOTENCY_KEY_REUSED");
  }

  @Test
  void s23AfterACrashTheSameKeyComesToTheSameDocument() {
    var json = json("{'title':'t','content':'c','wait':0}");
    var first = service.post(tenant.writeKey(), tenant.documents(), json, "Idempotency-Key", "create-3");
    service.sql("delete from idempotency_keys where key = 'create-3'");

    var again = service.post(tenant.writeKey(), tenant.documents(), json, "Idempotency-Key", "create-3");

    assertThat(again.at("/document_id")).isEqualTo(first.at("/document_id"));
  }

  @Test
  void aPutUnderAnExternalIdCreatesThenReplaces() {
    var path = tenant.documents() + "/by-external-id/handbook%2Fpage-1";
    var id = Ids.documentId(tenant.knowledgeBase(), "handbook/page-1").toString();

    var first = service.send("PUT", tenant.writeKey(), path, json("{'title':'one','content':'c','wait':0}"));
    service.indexed(id, 1, 1);
    var second = service.send("PUT", tenant.writeKey(), path, json("{'title':'two','content':'d','wait':0}"));

    assertThat(ok(202, first).at("/document_id")).isEqualTo(id);
    assertThat(ok(202, second).at("/document_id")).isEqualTo(id);
    assertThat(service.commands(Lane.INTERACTIVE, id)).hasSize(2);
    // What is visible keeps its title until the new content is.
    assertThat(service.get(tenant.readKey(), "/v1/documents/" + id).at("/title")).isEqualTo("one");
    invalid(service.send("PUT", tenant.writeKey(), path, json("{'title':'t','content':'c','external_id':'other'}")),
        "external_id");
    invalid(service.send("PUT", tenant.writeKey(), path, json("{'content':'c'}")), "title");
  }

  @Test
  void aDeleteUnderAnExternalIdHidesTheDocumentAtOnce() {
    var path = tenant.documents() + "/by-external-id/gone";
    var id = service.send("PUT", tenant.writeKey(), path, json("{'title':'t','content':'c','wait':0}"))
        .at("/document_id");

    assertThat(ok(204, service.delete(tenant.writeKey(), path)).text()).isEmpty();

    problem(service.get(tenant.readKey(), "/v1/documents/" + id), 404, "DOC_NOT_FOUND");
    problem(service.delete(tenant.writeKey(), path), 404, "DOC_NOT_FOUND");
    problem(service.delete(tenant.writeKey(), tenant.documents() + "/by-external-id/never"), 404, "DOC_NOT_FOUND");
    problem(service.delete(tenant.writeKey(), tenant.documents() + "/by-external-id/%00"), 404, "DOC_NOT_FOUND");
  }

  private static Answer create(String json) {
    return service.post(tenant.writeKey(), tenant.documents(), json(json));
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }
}
