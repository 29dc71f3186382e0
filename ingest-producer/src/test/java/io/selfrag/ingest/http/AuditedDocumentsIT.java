package io.selfrag.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.ingest.NothingBlocks;
import io.selfrag.ingest.Service;
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
}
