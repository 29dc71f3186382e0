package io.selfrag.ingest.http;

import static io.selfrag.ingest.Answers.invalid;
import static io.selfrag.ingest.Answers.ok;
import static io.selfrag.ingest.Answers.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.ingest.NothingBlocks;
import io.selfrag.ingest.Service;
import io.selfrag.ingest.Service.Received;
import io.selfrag.ingest.Service.Tenant;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.avro.Delete;
import io.selfrag.schemas.avro.Interrupt;
import io.selfrag.schemas.avro.Patch;
import io.selfrag.schemas.avro.Retry;
import io.selfrag.schemas.avro.Upsert;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Documents that exist: changed, interrupted, tried again, removed. */
@ExtendWith(NothingBlocks.class)
class ChangeDocumentIT {
  private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  private static Service service;
  private static Tenant tenant;

  @BeforeAll
  static void start() {
    service = Service.shared();
    tenant = service.tenant();
  }

  @Test
  void aPatchChangesWhatItNamesAtOnceAndTellsThePipeline() {
    var id = document("'metadata':{'a':1},'source':'s','acl_users':['u']");
    service.indexed(id, 1, 2);

    var answer = ok(200, service.send("PATCH", tenant.adminKey(), "/v1/documents/" + id,
        json("{'title':'new','metadata':{'b':2},'source':null,'sensitivity_level':'restricted'}"), "traceparent",
        TRACEPARENT, "X-Request-ID", "r-patch"));

    assertThat(answer.at("/title")).isEqualTo("new");
    assertThat(answer.body().at("/metadata")).hasToString("{\"b\":2}");
    assertThat(answer.body().at("/source").isNull()).isTrue();
    assertThat(answer.at("/sensitivity_level")).isEqualTo("restricted");
    assertThat(answer.body().at("/acl_users")).hasToString("[\"u\"]");
    assertThat(service.get(tenant.adminKey(), "/v1/documents/" + id).body()).isEqualTo(answer.body());
    var patch = sent(id, Patch.class);
    assertThat(((Patch) patch.command().getCommand()).getAttributes().getTitle()).isEqualTo("new");
    assertThat(patch.headers()).containsEntry("traceparent", TRACEPARENT).containsEntry("request-id", "r-patch");
  }

  @Test
  void whoPatchesAwayTheirOwnRightSeesTheChangeOnceMore() {
    var id = document("");

    var answer = ok(200, service.send("PATCH", tenant.writeKey(), "/v1/documents/" + id,
        json("{'sensitivity_level':'restricted'}")));

    assertThat(answer.at("/sensitivity_level")).isEqualTo("restricted");
    problem(service.get(tenant.writeKey(), "/v1/documents/" + id), 404, "DOC_NOT_FOUND");
  }

  @Test
  void s16APatchBuildsOnTheReplacementThatIsOnItsWay() {
    var id = document("'external_id':'p-1'");
    service.indexed(id, 1, 1);
    ok(202, service.send("PUT", tenant.writeKey(), tenant.documents() + "/by-external-id/p-1",
        json("{'title':'replaced','content':'other','wait':0,'metadata':{'n':1}}")));

    var answer = ok(200, service.send("PATCH", tenant.writeKey(), "/v1/documents/" + id, json("{'source':'x'}")));

    assertThat(answer.at("/title")).isEqualTo("replaced");
    assertThat(answer.at("/metadata/n")).isEqualTo("1");
  }

  @Test
  void aWrongPatchIsRefusedAndChangesNothing() {
    var id = document("");
    var path = "/v1/documents/" + id;

    invalid(service.send("PATCH", tenant.writeKey(), path, json("{'title':null}")), "title");
    invalid(service.send("PATCH", tenant.writeKey(), path, json("{'title':5,'metadata':[],'acl_users':'x'}")), "title",
        "metadata", "acl_users", "title");
    invalid(service.send("PATCH", tenant.writeKey(), path, json("{'content':'x'}")), "content");
    invalid(service.send("PATCH", tenant.writeKey(), path, json("{'sensitivity_level':'x'}")), "sensitivity_level");
    invalid(service.send("PATCH", tenant.writeKey(), path, "[]"), "body");
    invalid(service.send("PATCH", tenant.writeKey(), path, ""), "body");
    assertThat(service.get(tenant.readKey(), path).at("/title")).isEqualTo("t");
    assertThat(service.value("select count(*) from document_revisions where document_id = '" + id + "'"))
        .isEqualTo("1");
  }

  @Test
  void s2ADeleteHidesTheDocumentAtOnceAndKeepsItsTimeline() {
    var id = document("");
    service.indexed(id, 1, 2);
    var counters = "select doc_count || ' ' || storage_bytes from tenant_counters where tenant_id = '" + tenant.id()
        + "'";
    var before = service.value(counters).split(" ");

    assertThat(ok(204, service.delete(tenant.writeKey(), "/v1/documents/" + id)).text()).isEmpty();

    for (String read : new String[]{"", "/chunks", "/content"}) {
      problem(service.get(tenant.adminKey(), "/v1/documents/" + id + read), 404, "DOC_NOT_FOUND");
    }
    problem(service.delete(tenant.writeKey(), "/v1/documents/" + id), 404, "DOC_NOT_FOUND");
    problem(service.send("PATCH", tenant.writeKey(), "/v1/documents/" + id, json("{'title':'x'}")), 404,
        "DOC_NOT_FOUND");
    problem(service.send("POST", tenant.writeKey(), "/v1/documents/" + id + "/retry", null), 404, "DOC_NOT_FOUND");
    ok(200, service.get(tenant.readKey(), "/v1/documents/" + id + "/events"));
    var after = service.value(counters).split(" ");
    assertThat(Integer.parseInt(after[0])).isEqualTo(Integer.parseInt(before[0]) - 1);
    assertThat(Integer.parseInt(after[1])).isEqualTo(Integer.parseInt(before[1]) - 1);
    var delete = sent(id, Delete.class);
    assertThat(service.value("select deleted_revision from documents where id = '" + id + "'"))
        .isEqualTo(String.valueOf(delete.command().getRevision()));
  }

  @Test
  void s6AnUploadAfterADeleteNamesIt() {
    var id = document("'external_id':'d-1'");
    ok(204, service.delete(tenant.writeKey(), "/v1/documents/" + id));

    ok(202, service.send("PUT", tenant.writeKey(), tenant.documents() + "/by-external-id/d-1",
        json("{'title':'t','content':'c','wait':0}")));

    ok(200, service.get(tenant.readKey(), "/v1/documents/" + id));
    var upsert = (Upsert) sent(id, Upsert.class, 2).command().getCommand();
    assertThat(upsert.getDeletedRevision()).hasToString(
        service.value("select deleted_revision from documents where id = '" + id + "'"));
  }

  @Test
  void anInterruptDropsWhatIsBeingProcessedAndNothingElse() {
    var id = document("");

    ok(202, service.send("POST", tenant.writeKey(), "/v1/documents/" + id + "/interrupt", null));

    sent(id, Interrupt.class);
    var done = document("");
    service.indexed(done, 1, 1);
    problem(service.send("POST", tenant.writeKey(), "/v1/documents/" + done + "/interrupt", null), 409,
        "INVALID_STATUS");
  }

  @Test
  void s1ARetryKeepsTheRevisionAndTakesAHigherAttempt() {
    var id = document("");
    service.ended(id, "failed", ", error_code = 'PARSE_TIMEOUT'");
    var revision = service.value("select revision from document_revisions where document_id = '" + id + "'");

    var answer = ok(202, service.send("POST", tenant.writeKey(), "/v1/documents/" + id + "/retry", null));

    assertThat(answer.text()).isEqualTo("{\"document_id\":\"" + id
        + "\",\"status\":\"pending\",\"version\":null,\"chunk_count\":null,\"error\":null}");
    var retry = sent(id, Retry.class).command();
    assertThat(retry.getRevision()).hasToString(revision);
    assertThat(retry.getAttempt()).isEqualTo(1);
    problem(service.send("POST", tenant.writeKey(), "/v1/documents/" + id + "/retry", null), 409, "INVALID_STATUS");
  }

  @Test
  void s6WhatIsUnchangedSinceAFailureIsTriedAgainAsWhatItEquals() {
    var id = document("'external_id':'r-1'");
    var failed = service.value("select revision from document_revisions where document_id = '" + id + "'");
    ok(202, service.send("PUT", tenant.writeKey(), tenant.documents() + "/by-external-id/r-1",
        json("{'title':'t','content':'c','wait':0}")));
    service.ended(id, "unchanged", ", equals_revision = " + failed);
    service.sql("update document_revisions set state = 'processing' where revision = " + failed);
    problem(service.send("POST", tenant.writeKey(), "/v1/documents/" + id + "/retry", null), 409, "INVALID_STATUS");
    service.sql("update document_revisions set state = 'failed', error_code = 'PARSE_TIMEOUT' where revision = "
        + failed);

    ok(202, service.send("POST", tenant.writeKey(), "/v1/documents/" + id + "/retry", null));

    var retry = sent(id, Retry.class).command();
    assertThat(retry.getRevision()).hasToString(failed);
    assertThat(retry.getAttempt()).isEqualTo(1);
  }

  @Test
  void anInterruptDropsWhatTheNewestUploadEqualsWhileThatIsBeingProcessed() {
    var id = document("'external_id':'i-1'");
    var open = service.value("select revision from document_revisions where document_id = '" + id + "'");
    ok(202, service.send("PUT", tenant.writeKey(), tenant.documents() + "/by-external-id/i-1",
        json("{'title':'t','content':'c','wait':0}")));
    service.ended(id, "unchanged", ", equals_revision = " + open);

    ok(202, service.send("POST", tenant.writeKey(), "/v1/documents/" + id + "/interrupt", null));

    sent(id, Interrupt.class);
  }

  @Test
  void s21ARetryReservesAgainWhatItsFailureHadReleased() {
    var full = service.tenant(1, -1);
    var failed = service.post(full.writeKey(), full.documents(), json("{'title':'t','content':'c','wait':0}"))
        .at("/document_id");
    service.ended(failed, "failed", "");
    service.sql("update documents set counted = false where id = '" + failed + "'");
    service.sql("update tenant_counters set doc_count = 0, storage_bytes = 0 where tenant_id = '" + full.id() + "'");
    ok(202, service.post(full.writeKey(), full.documents(), json("{'title':'t','content':'d','wait':0}")));

    problem(service.send("POST", full.writeKey(), "/v1/documents/" + failed + "/retry", null), 403, "QUOTA_EXCEEDED");
  }

  @Test
  void aDocumentThatTheKeyMayNotReadIsNotThere() {
    var id = document("'acl_users':['alice']");
    var bob = service.key(tenant.id(), "write", null, "{\"user_id\":\"bob\"}");
    var alice = service.key(tenant.id(), "write", null, "{\"user_id\":\"alice\"}");

    for (String read : new String[]{"", "/chunks", "/content", "/events"}) {
      problem(service.get(bob, "/v1/documents/" + id + read), 404, "DOC_NOT_FOUND");
    }
    problem(service.send("PATCH", bob, "/v1/documents/" + id, json("{'title':'x'}")), 404, "DOC_NOT_FOUND");
    problem(service.delete(bob, "/v1/documents/" + id), 404, "DOC_NOT_FOUND");
    ok(200, service.get(alice, "/v1/documents/" + id));
    ok(200, service.get(tenant.adminKey(), "/v1/documents/" + id));
  }

  @Test
  void aDocumentThatTheKeyMayNotReadIsNeitherReplacedNorRemovedByIt() {
    var hidden = "{'title':'theirs','content':'c','wait':0,'acl_users':['alice'],'external_id':'h-1'}";
    var id = ok(202, service.post(tenant.adminKey(), tenant.documents(), json(hidden))).at("/document_id");
    service.indexed(id, 1, 1);
    var bob = service.key(tenant.id(), "write", null, "{\"user_id\":\"bob\"}");
    var named = tenant.documents() + "/by-external-id/h-1";
    var mine = "{'title':'mine','content':'d','wait':0,'external_id':'h-1'}";

    for (String body : new String[]{hidden, mine, mine.replace("'external_id':'h-1'", "'document_id':'" + id + "'")}) {
      var refused = problem(service.post(bob, tenant.documents(), json(body)), 403, "NO_PERMISSION");
      assertThat(refused.at("/detail")).contains("may not read");
    }
    problem(service.send("PUT", bob, named, json(mine)), 403, "NO_PERMISSION");
    problem(service.upload(bob, tenant.documents() + "/upload", BodyPublishers.ofString(
        "--b\r\nContent-Disposition: form-data; name=\"external_id\"\r\n\r\nh-1\r\n--b\r\n"
            + "Content-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--b--\r\n")),
        403, "NO_PERMISSION");
    var other = "{'title':'other','content':'d'}";
    var batch = ok(202, service.post(bob, tenant.documents() + "/batch",
        json("{'documents':[" + mine.replace(",'wait':0", "") + "," + other + "]}")));
    assertThat(batch.at("/results/0/code")).isEqualTo("NO_PERMISSION");
    assertThat(batch.at("/results/1/success")).isEqualTo("true");
    var lines = ok(200, service.exchange("POST", bob, tenant.documents() + "/bulk",
        BodyPublishers.ofString(json(mine.replace(",'wait':0", "") + "\n" + other + "\n")), "Content-Type",
        "application/x-ndjson").join()).lines();
    assertThat(lines).extracting(it -> it.path("code").asString("")).containsExactly("NO_PERMISSION", "");
    problem(service.delete(bob, named), 404, "DOC_NOT_FOUND");
    problem(service.delete(bob, "/v1/documents/" + id), 404, "DOC_NOT_FOUND");

    assertThat(service.get(tenant.adminKey(), "/v1/documents/" + id).at("/title")).isEqualTo("theirs");
    assertThat(service.value("select count(*) from document_revisions where document_id = '" + id + "'"))
        .isEqualTo("1");
  }

  @Test
  void aConnectorFeedsAndRemovesWhatItMayNotRead() {
    var connector = service.key(tenant.id(), "write");
    var hidden = json("{'title':'t','content':'c','wait':0,'acl_users':['alice']}");
    var named = tenant.documents() + "/by-external-id/n-1";
    var id = ok(202, service.send("PUT", connector, named, hidden)).at("/document_id");
    problem(service.get(connector, "/v1/documents/" + id), 404, "DOC_NOT_FOUND");

    ok(202, service.send("PUT", connector, named, hidden));
    ok(200,
        service.send("PATCH", tenant.adminKey(), "/v1/documents/" + id, json("{'sensitivity_level':'restricted'}")));
    ok(202, service.send("PUT", connector, named, hidden));
    problem(service.send("PATCH", connector, "/v1/documents/" + id, json("{'title':'x'}")), 404, "DOC_NOT_FOUND");
    problem(service.delete(tenant.writeKey(), named), 404, "DOC_NOT_FOUND");

    ok(204, service.delete(connector, named));
    problem(service.delete(connector, "/v1/documents/" + id), 404, "DOC_NOT_FOUND");
  }

  @Test
  void whoMayNotReadTheReplacementThatIsOnItsWayCannotPatchTheDocument() {
    var id = document("'external_id':'p-2'");
    service.indexed(id, 1, 1);
    ok(202, service.send("PUT", tenant.adminKey(), tenant.documents() + "/by-external-id/p-2",
        json("{'title':'secret','content':'other','wait':0,'acl_users':['alice']}")));
    ok(200, service.get(tenant.writeKey(), "/v1/documents/" + id));

    var refused = problem(service.send("PATCH", tenant.writeKey(), "/v1/documents/" + id, json("{'source':'x'}")), 403,
        "NO_PERMISSION");

    assertThat(refused.text()).doesNotContain("secret");
    ok(200, service.send("PATCH", tenant.adminKey(), "/v1/documents/" + id, json("{'source':'x'}")));
  }

  private static Received sent(String id, Class<?> command) {
    return sent(id, command, 1);
  }

  /** The last of as many commands, once the outbox has sent them. */
  private static Received sent(String id, Class<?> command, int count) {
    return await().atMost(Duration.ofSeconds(20)).until(() -> service.commands(Lane.INTERACTIVE, id).stream()
        .filter(it -> command.isInstance(it.command().getCommand())).toList(), it -> it.size() == count).getLast();
  }

  /** @param more fields, beside title, content and wait */
  private static String document(String more) {
    return ok(202, service.post(tenant.writeKey(), tenant.documents(),
        json("{'title':'t','content':'c','wait':0" + (more.isEmpty() ? "" : "," + more) + "}"))).at("/document_id");
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }
}
