package io.selfrag.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.ingest.NothingBlocks;
import io.selfrag.ingest.Service;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Changes of documents stand in the audit log; reading them does not, unless all are read. */
@ExtendWith(NothingBlocks.class)
class AuditedDocumentsIT {
  private static final Service SERVICE = Service.shared();

  @Test
  void everyChangeOfADocumentIsRecordedWithItsIdAndItsKnowledgeBase() {
    var tenant = SERVICE.tenant();
    var document = UUID.randomUUID();
    var base = "/v1/documents/" + document;
    SERVICE.post(tenant.writeKey(), tenant.documents(),
        "{\"title\":\"t\",\"content\":\"c\",\"wait\":0,\"document_id\":\"" + document + "\"}");
    SERVICE.get(tenant.readKey(), base);
    SERVICE.send("PATCH", tenant.writeKey(), base, "{\"title\":\"u\"}");
    SERVICE.post(tenant.writeKey(), base + "/interrupt", "{}");
    SERVICE.delete(tenant.writeKey(), base);
    SERVICE.send("PUT", tenant.writeKey(), tenant.documents() + "/by-external-id/x",
        "{\"title\":\"t\",\"content\":\"c\",\"wait\":0}");

    await().untilAsserted(() -> assertThat(SERVICE.column("select action from audit_log where tenant_id = '"
        + tenant.id() + "' order by at, id")).containsExactly("POST /v1/knowledge-bases/{knowledgeBaseId}/documents",
            "PATCH /v1/documents/{id}", "POST /v1/documents/{id}/interrupt", "DELETE /v1/documents/{id}",
            "PUT /v1/knowledge-bases/{knowledgeBaseId}/documents/by-external-id/{externalId}"));
    assertThat(SERVICE.column("select target ->> 'knowledge_base_id' from audit_log where tenant_id = '" + tenant.id()
        + "' order by at, id limit 1")).containsExactly(tenant.knowledgeBase().toString());
    assertThat(SERVICE.column("select target ->> 'created' from audit_log where tenant_id = '" + tenant.id()
        + "' order by at, id limit 1")).containsExactly(document.toString());
    assertThat(SERVICE.column("select target ->> 'external_id' from audit_log where tenant_id = '" + tenant.id()
        + "' order by at desc limit 1")).containsExactly("x");
  }

  @Test
  void anExportIsRecordedThoughItOnlyReads() {
    var tenant = SERVICE.tenant();
    SERVICE.get(tenant.readKey(), tenant.documents());
    SERVICE.get(tenant.readKey(), tenant.documents() + "/export");

    await().untilAsserted(() -> assertThat(SERVICE.column("select action || ' ' || (target ->> 'knowledge_base_id')"
        + " from audit_log where tenant_id = '" + tenant.id() + "'")).containsExactly(
            "GET /v1/knowledge-bases/{knowledgeBaseId}/documents/export " + tenant.knowledgeBase()));
  }

  @Test
  void anUploadWithAKeyThatMayOnlyReadIsRecordedAsDenied() {
    var tenant = SERVICE.tenant();
    SERVICE.post(tenant.readKey(), tenant.documents(), "{\"title\":\"t\",\"content\":\"c\"}");

    await().untilAsserted(() -> assertThat(SERVICE.column("select code from audit_log where tenant_id = '"
        + tenant.id() + "'")).containsExactly("ROLE_NOT_ALLOWED"));
  }

  /** Whose it is stands in nobody's log but the caller's, and there nothing of the other tenant. */
  @Test
  void whatIsAnswered404ThoughItIsThereIsRecordedAsDenied() {
    var tenant = SERVICE.tenant();
    var other = SERVICE.tenant();
    var hidden = created(tenant, tenant.adminKey(), ",\"acl_users\":[\"alice\"],\"external_id\":\"h\"");
    var deleted = created(tenant, tenant.adminKey(), "");
    SERVICE.delete(tenant.adminKey(), "/v1/documents/" + deleted);
    var theirs = created(other, other.adminKey(), "");

    SERVICE.get(tenant.readKey(), "/v1/documents/" + UUID.randomUUID());
    SERVICE.get(tenant.readKey(), "/v1/documents/" + deleted);
    SERVICE.get(tenant.readKey(), "/v1/documents/" + hidden);
    SERVICE.delete(tenant.writeKey(), "/v1/documents/" + hidden);
    SERVICE.delete(tenant.writeKey(), tenant.documents() + "/by-external-id/h");
    SERVICE.get(tenant.adminKey(), "/v1/documents/" + theirs + "/events");
    SERVICE.get(tenant.adminKey(), other.documents());
    SERVICE.post(tenant.adminKey(), "/v1/ingest-jobs", "{\"knowledge_base_id\":\"" + other.knowledgeBase() + "\"}");

    await().untilAsserted(() -> assertThat(SERVICE.column(
        "select action || ' ' || coalesce(target ->> 'id', target ->> 'external_id', '') from audit_log where denied"
            + " and tenant_id = '" + tenant.id() + "' order by at, id"))
        .containsExactly("GET /v1/documents/{id} " + hidden, "DELETE /v1/documents/{id} " + hidden,
            "DELETE /v1/knowledge-bases/{knowledgeBaseId}/documents/by-external-id/{externalId} h",
            "GET /v1/documents/{id}/events " + theirs, "GET /v1/knowledge-bases/{knowledgeBaseId}/documents ",
            "POST /v1/ingest-jobs "));
    assertThat(SERVICE.value("select count(*) from audit_log where not denied and status = 404 and tenant_id = '"
        + tenant.id() + "'")).as("reading what nobody has is no matter").isEqualTo("0");
    assertThat(SERVICE.column("select action from audit_log where tenant_id = '" + other.id() + "'"))
        .containsExactly("POST /v1/knowledge-bases/{knowledgeBaseId}/documents");
  }

  @Test
  void itemsOfABatchAndOfABulkThatAreDeniedAreRecorded() {
    var tenant = SERVICE.tenant();
    created(tenant, tenant.adminKey(), ",\"acl_users\":[\"alice\"],\"external_id\":\"h\"");
    var line = "{\"title\":\"t\",\"content\":\"mine\",\"external_id\":\"h\"}";

    SERVICE.post(tenant.writeKey(), tenant.documents() + "/batch", "{\"documents\":[" + line + "," + line + "]}");
    SERVICE.exchange("POST", tenant.writeKey(), tenant.documents() + "/bulk",
        BodyPublishers.ofString(line + "\n" + line + "\n" + line + "\n"), "Content-Type", "application/x-ndjson")
        .join();

    await().untilAsserted(() -> assertThat(SERVICE.column(
        "select action || ' ' || code || ' ' || (target ->> 'denied_items') from audit_log where status = 403 and tenant_id = '"
            + tenant.id() + "' order by at, id"))
        .containsExactly("POST /v1/knowledge-bases/{knowledgeBaseId}/documents/batch NO_PERMISSION 2",
            "POST /v1/knowledge-bases/{knowledgeBaseId}/documents/bulk NO_PERMISSION 3"));
  }

  private static String created(Service.Tenant tenant, String key, String more) {
    return SERVICE.post(key, tenant.documents(), "{\"title\":\"t\",\"content\":\"c\",\"wait\":0" + more + "}")
        .at("/document_id");
  }
}
