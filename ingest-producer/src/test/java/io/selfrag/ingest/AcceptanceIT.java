package io.selfrag.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.schemas.Ids;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.avro.InlineContent;
import io.selfrag.schemas.avro.Upsert;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AcceptanceIT {
  private static Service service;

  @BeforeAll
  static void start() {
    service = new Service(Map.of());
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void anAcceptedDocumentIsPendingAndWithTheBrokers() {
    var tenant = service.tenant();

    var answer = service.post(tenant.writeKey(), tenant.documents(), """
        {"title": "手册", "content": "all of it", "metadata": {"a": [1, {"b": null}]}, "source": "s", "wait": 0,
         "sensitivity_level": "internal", "acl_users": ["u"], "acl_groups": ["g", "h"]}
        """, "X-Request-ID", "req-1", "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    assertThat(answer.at("/status")).isEqualTo("pending");
    var id = answer.at("/document_id");
    assertThat(service.column("select state || kind || lane from document_revisions where document_id = '" + id + "'"))
        .containsExactly("pendingupsertinteractive");
    var received = service.commands(Lane.INTERACTIVE).stream().filter(it -> it.key().equals(id)).toList();
    assertThat(received).hasSize(1);
    var command = received.getFirst().command();
    assertThat(command.getTenantId()).isEqualTo(tenant.id());
    assertThat(command.getRevision())
        .isEqualTo(Long.parseLong(service.value("select last_revision from documents where id = '" + id + "'")));
    var upsert = (Upsert) command.getCommand();
    assertThat(upsert.getAttributes().getTitle()).isEqualTo("手册");
    assertThat(upsert.getAttributes().getAcl().getGroups()).containsExactly("g", "h");
    assertThat(StandardCharsets.UTF_8.decode(((InlineContent) upsert.getContent()).getBytes()).toString())
        .isEqualTo("all of it");
    assertThat(received.getFirst().headers()).containsEntry("request-id", "req-1")
        .containsEntry("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    var read = service.get(tenant.adminKey(), "/v1/documents/" + id);
    assertThat(read.status()).as(read.text()).isEqualTo(200);
    assertThat(read.at("/processing_status")).isEqualTo("pending");
    assertThat(read.body().at("/metadata/a/1/b").isNull()).isTrue();
    assertThat(read.body().at("/error").isNull()).isTrue();
  }

  @Test
  void s1RevisionsOfOneDocumentRiseUnderParallelUploads() {
    var tenant = service.tenant();

    var answers = IntStream.range(0, 50)
        .mapToObj(i -> service.sendAsync("PUT", tenant.writeKey(), tenant.documents() + "/by-external-id/a%2Fb",
            "{\"title\": \"t\", \"content\": \"version " + i + "\", \"wait\": 0}"))
        .toList().stream().map(it -> it.join()).toList();

    assertThat(answers).allSatisfy(it -> assertThat(it.status()).as(it.text()).isEqualTo(202));
    var id = Ids.documentId(tenant.knowledgeBase(), "a/b");
    assertThat(answers).allSatisfy(it -> assertThat(it.at("/document_id")).isEqualTo(id.toString()));
    var revisions = service
        .column("select revision from document_revisions where document_id = '" + id + "' order by revision");
    assertThat(revisions).hasSize(50).doesNotHaveDuplicates();
    assertThat(service.value("select last_revision from documents where id = '" + id + "'"))
        .isEqualTo(revisions.getLast());
    assertThat(service.value("select doc_count from tenant_counters where tenant_id = '" + tenant.id() + "'"))
        .isEqualTo("1");
  }

  @Test
  void s21ParallelUploadsFillAQuotaExactly() {
    var tenant = service.tenant(10, -1);

    var statuses = IntStream.range(0, 100)
        .mapToObj(i -> service.sendAsync("POST", tenant.writeKey(), tenant.documents(),
            "{\"title\": \"t\", \"content\": \"text " + i + "\", \"wait\": 0}"))
        .toList().stream().map(it -> it.join()).toList();

    assertThat(statuses.stream().filter(it -> it.status() == 202)).hasSize(10);
    assertThat(statuses.stream().filter(it -> it.status() == 403)).hasSize(90)
        .allSatisfy(it -> assertThat(it.at("/code")).isEqualTo("QUOTA_EXCEEDED"));
    assertThat(service.value("select count(*) from documents where tenant_id = '" + tenant.id() + "'")).isEqualTo("10");
    assertThat(service.value("select doc_count from tenant_counters where tenant_id = '" + tenant.id() + "'"))
        .isEqualTo("10");
  }

  @Test
  void s21ParallelUploadsFillTheStorageExactly() {
    var tenant = service.tenant(-1, 1);
    // Ten of them are a little less than the MiB, eleven more.
    var filler = "x".repeat(100_000);

    var answers = IntStream.range(0, 100)
        .mapToObj(i -> service.sendAsync("POST", tenant.writeKey(), tenant.documents(),
            "{\"title\": \"t\", \"content\": \"" + filler + (1000 + i) + "\", \"wait\": 0}"))
        .toList().stream().map(it -> it.join()).toList();

    assertThat(answers.stream().filter(it -> it.status() == 202)).hasSize(10);
    assertThat(answers.stream().filter(it -> it.status() == 403)).hasSize(90)
        .allSatisfy(it -> assertThat(it.at("/code")).isEqualTo("QUOTA_EXCEEDED"));
    assertThat(service.value("select count(*) from documents where tenant_id = '" + tenant.id() + "'")).isEqualTo("10");
    assertThat(service.value("select storage_bytes from tenant_counters where tenant_id = '" + tenant.id() + "'"))
        .isEqualTo("1000040");
  }
}
