package io.selfrag.ingest.accept;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.intake.Acceptance;
import io.selfrag.catalog.intake.DocumentAttributes;
import io.selfrag.catalog.intake.DocumentDraft;
import io.selfrag.catalog.intake.DocumentIntake;
import io.selfrag.catalog.intake.Feeder;
import io.selfrag.catalog.intake.RevisionKey;
import io.selfrag.ingest.Answers;
import io.selfrag.ingest.Service;
import io.selfrag.ingest.Service.Tenant;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.avro.Sensitivity;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** S3: a revision that was never confirmed goes only when its command can no longer come. */
class AcceptingReaperIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static Service service;
  private static AcceptingReaper reaper;
  private static DocumentIntake intake;
  private Tenant tenant;

  @BeforeAll
  static void start() {
    service = new Service(Map.of("INGEST_REAP_EVERY", "1h"));
    reaper = service.context.getBean(AcceptingReaper.class);
    intake = new DocumentIntake(service.context.getBean(CatalogDatabase.class));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  /** Something on the topics that order has not read. */
  @BeforeEach
  void orderIsBehind() {
    tenant = service.tenant();
    for (int i = 0; i < 8; i++) {
      Answers.ok(202,
          service.post(tenant.writeKey(), tenant.documents(), "{\"title\":\"t\",\"content\":\"c\",\"wait\":0}"));
    }
  }

  @Test
  void s3ARevisionWhoseSendMayStillArriveStays() throws Exception {
    neverSent(UUID.randomUUID(), 1);
    orderHasReadAll();

    assertThat(sweep()).isZero();
    assertThat(sweep()).isZero();
    assertThat(accepting()).isEqualTo(1);
  }

  @Test
  void s3OnceOrderHasPassedWhatWasThereAfterItsSendItGoesWithItsDocumentAndItsQuota() throws Exception {
    var counters = "select doc_count || ' ' || storage_bytes from tenant_counters where tenant_id = '" + tenant.id()
        + "'";
    var before = service.value(counters);
    var id = UUID.randomUUID();
    neverSent(id, 1000);
    assertThat(service.value(counters)).isNotEqualTo(before);
    overdue();

    assertThat(sweep()).as("order is behind").isZero();
    orderHasReadAllButOne();
    assertThat(sweep()).as("one partition is behind").isZero();
    orderHasReadAll();
    assertThat(sweep()).isEqualTo(1);

    assertThat(accepting()).isZero();
    assertThat(service.column("select 1 from documents where id = '" + id + "'")).isEmpty();
    assertThat(service.value(counters)).isEqualTo(before);
  }

  @Test
  void s3WhatIsConfirmedMeanwhileStays() throws Exception {
    var key = neverSent(UUID.randomUUID(), 1);
    overdue();
    sweep();
    intake.confirm(List.of(key)).block(LIMIT);
    orderHasReadAll();

    assertThat(sweep()).isZero();
    assertThat(service.value("select state from document_revisions where document_id = '" + key.documentId() + "'"))
        .isEqualTo("pending");
  }

  @Test
  void s3ADocumentThatWasThereBeforeStaysAndIsCountedAsItWas() throws Exception {
    var id = Answers.ok(202, service.send("PUT", tenant.writeKey(), tenant.documents() + "/by-external-id/x",
        "{\"title\":\"t\",\"content\":\"12345\",\"wait\":0}")).at("/document_id");
    var bytes = "select storage_bytes from tenant_counters where tenant_id = '" + tenant.id() + "'";
    var before = service.value(bytes);
    neverSent(UUID.fromString(id), 1000);
    overdue();
    sweep();
    orderHasReadAll();

    assertThat(sweep()).isEqualTo(1);

    assertThat(service.value("select size_bytes from documents where id = '" + id + "'")).isEqualTo("5");
    assertThat(service.value(bytes)).isEqualTo(before);
    Answers.ok(200, service.get(tenant.readKey(), "/v1/documents/" + id));
  }

  /** Recorded, as by a process that was killed before it could send. */
  private RevisionKey neverSent(UUID id, long size) {
    var attributes = new DocumentAttributes("t", "{}", null, Sensitivity.PUBLIC, List.of(), List.of(), List.of());
    var draft = new DocumentDraft(id, null, attributes, new byte[32], size, null, null, Lane.INTERACTIVE, null);
    var outcome = intake.accept(new Feeder(new UUID(9, 9), null), tenant.id(), tenant.knowledgeBase(), List.of(draft))
        .block(LIMIT).getFirst();
    return new RevisionKey(id, ((Acceptance.Accepted) outcome).revision());
  }

  private void overdue() {
    service.sql("update document_revisions set accepted_at = now() - interval '1 hour' where state = 'accepting'"
        + " and tenant_id = '" + tenant.id() + "'");
  }

  private long sweep() {
    return reaper.sweep().block(LIMIT);
  }

  private int accepting() {
    return service.column("select 1 from document_revisions where state = 'accepting' and tenant_id = '"
        + tenant.id() + "'").size();
  }

  private void orderHasReadAll() throws ExecutionException, InterruptedException {
    commit(ends());
  }

  private void orderHasReadAllButOne() throws ExecutionException, InterruptedException {
    var offsets = ends();
    var behind = offsets.entrySet().stream().filter(it -> it.getValue() > 0).findFirst().orElseThrow().getKey();
    offsets.merge(behind, -1L, Long::sum);
    commit(offsets);
  }

  private Map<TopicPartition, Long> ends() throws ExecutionException, InterruptedException {
    var wanted = new HashMap<TopicPartition, OffsetSpec>();
    for (Lane lane : Lane.values()) {
      for (int partition = 0; partition < 2; partition++) {
        wanted.put(new TopicPartition(service.topics.of(PipelineTopic.DOCUMENTS, lane), partition),
            OffsetSpec.latest());
      }
    }
    var ends = new HashMap<TopicPartition, Long>();
    service.context.getBean(Admin.class).listOffsets(wanted).all().get()
        .forEach((it, end) -> ends.put(it, end.offset()));
    return ends;
  }

  private void commit(Map<TopicPartition, Long> offsets) throws ExecutionException, InterruptedException {
    var committed = new HashMap<TopicPartition, OffsetAndMetadata>();
    offsets.forEach((partition, offset) -> committed.put(partition, new OffsetAndMetadata(offset)));
    service.context.getBean(Admin.class).alterConsumerGroupOffsets(service.topics.orderGroup(), committed).all().get();
  }
}
