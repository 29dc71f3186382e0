package io.selfrag.ingest.http;

import static io.selfrag.ingest.Answers.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.ingest.EventReader;
import io.selfrag.ingest.NothingBlocks;
import io.selfrag.ingest.Service;
import io.selfrag.ingest.Service.Tenant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A document that is replaced again and again: what is told of it stays bounded, and ends with what happened last. */
@ExtendWith(NothingBlocks.class)
class LongTimelineIT {
  private static final int STEPS = 1205;
  private static Service service;
  private static Tenant tenant;
  private static String id;

  @BeforeAll
  static void start() {
    service = Service.shared();
    tenant = service.tenant();
    id = ok(202, service.post(tenant.writeKey(), tenant.documents(), "{\"title\":\"t\",\"content\":\"c\",\"wait\":0}"))
        .at("/document_id");
    service.sql("""
        insert into document_events (tenant_id, knowledge_base_id, document_id, revision, attempt, stage, at)
        select d.tenant_id, d.knowledge_base_id, d.id, d.last_revision, n, 'queued', now()
          from documents d, generate_series(1, %d) n where d.id = '%s' order by n
        """.formatted(STEPS, id));
    service.sql(
        "update document_events set stage = 'failed', error_code = 'CORRUPT', error_message = 'it broke' where document_id = '"
            + id
            + "' and attempt = " + STEPS);
  }

  @Test
  void theListHoldsTheNewestThousandStepsInTheirOrder() {
    var steps = ok(200, service.get(tenant.readKey(), "/v1/documents/" + id + "/events")).body();

    assertThat(steps).hasSize(1000);
    assertThat(steps.at("/999/error/code").asString()).isEqualTo("CORRUPT");
    assertThat(steps.at("/0/attempt").asInt()).isEqualTo(STEPS - 999);
    assertThat(steps.at("/998/attempt").asInt()).isEqualTo(STEPS - 1);
  }

  @Test
  void theStreamHoldsThemAll() {
    try (var stream = new EventReader(service, tenant.readKey(), "/v1/documents/" + id + "/events")) {
      for (int i = 1; i <= STEPS; i++) {
        assertThat(stream.next().data().at("/attempt").asInt()).isEqualTo(i);
      }
    }
  }

  @Test
  void theProcessingLogIsOfTheNewestHundredStepsInADocumentAndInAList() {
    var one = ok(200, service.get(tenant.readKey(), "/v1/documents/" + id)).at("/processing_log");
    var listed = ok(200, service.get(tenant.readKey(), tenant.documents())).at("/items/0/processing_log");

    assertThat(one.lines()).hasSize(100).last().asString().endsWith(" failed CORRUPT: it broke");
    assertThat(one.lines().limit(99)).allSatisfy(it -> assertThat(it).endsWith("Z queued"));
    assertThat(listed).isEqualTo(one);
  }
}
