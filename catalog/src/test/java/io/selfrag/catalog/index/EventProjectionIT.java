package io.selfrag.catalog.index;

import static io.selfrag.catalog.index.Fixtures.DOCUMENT;
import static io.selfrag.catalog.index.Fixtures.KB;
import static io.selfrag.catalog.index.Fixtures.TENANT;
import static io.selfrag.catalog.index.Fixtures.chunks;
import static io.selfrag.catalog.index.Fixtures.event;
import static io.selfrag.catalog.index.Fixtures.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.schemas.avro.Acl;
import io.selfrag.schemas.avro.Attributes;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.DocumentIntroduction;
import io.selfrag.schemas.avro.Failure;
import io.selfrag.schemas.avro.Sensitivity;
import io.selfrag.schemas.avro.Sha256;
import io.selfrag.schemas.avro.Stage;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** S14 on a real database. */
class EventProjectionIT {
  private static IndexTables tables;

  @BeforeAll
  static void open() {
    tables = new IndexTables();
  }

  @AfterAll
  static void close() {
    tables.close();
  }

  @BeforeEach
  void reset() {
    tables.reset();
  }

  @Test
  void S14theSameEventsTwiceLeaveTheSameRows() {
    tables.document(DOCUMENT, 5);
    var events = new DocumentEvent[]{event(5, 0, Stage.QUEUED).build(), event(5, 0, Stage.PARSED).build(),
        event(5, 0, Stage.CHUNKED).setGeneration(1).setChunkCount(3).build(), Fixtures.failed(5, 0),
        event(5, 1, Stage.QUEUED).build(), event(5, 1, Stage.CHUNKED).setGeneration(1).setChunkCount(4).build(),
        event(5, 1, Stage.INDEXED).setGeneration(1).setChunkCount(4).build()};
    tables.project(events);
    var before = snapshot();

    tables.project(events);
    tables.project(events[0], events[3]);

    assertThat(snapshot()).isEqualTo(before);
    assertThat(tables.catalog.value("select state || ' ' || attempt || ' ' || chunk_count from document_revisions"))
        .isEqualTo("indexed 1 4");
    assertThat(tables.catalog.number("select count(*) from document_events")).isEqualTo(7);
  }

  @Test
  void S14queuedMakesTheRowOfADocumentThatCameStraightFromKafka() {
    tables.project(introduction(5, "title", "{\"a\": \"b\"}"));

    assertThat(tables.catalog.value(
        "select title || ' ' || metadata || ' ' || external_id || ' ' || acl_users[1] || ' ' || size_bytes from documents"))
        .isEqualTo("title {\"a\": \"b\"} x/1 user 42");
    assertThat(tables.catalog.value("select state || ' ' || lane || ' ' || size_bytes from document_revisions"))
        .isEqualTo("pending bulk 42");
  }

  @Test
  void aReplacementsIntroductionWaitsForItsFlip() {
    tables.project(introduction(5, "first", "{}"));
    tables.apply(chunks(version(5, 0), 1));

    tables.project(introduction(6, "second", "{}"));

    assertThat(tables.catalog.value("select title from documents")).isEqualTo("first");
    assertThat(tables.catalog.value("select attributes ->> 'title' from document_revisions where revision = 6"))
        .isEqualTo("second");
  }

  @Test
  void anIntroductionReadAgainTakesNothingBack() {
    tables.project(introduction(5, "first", "{}"), introduction(6, "second", "{}"));
    tables.catalog.sql("update documents set title = 'patched', attributes_revision = 8");

    tables.project(introduction(5, "first", "{}"), introduction(6, "second", "{}"));

    assertThat(tables.catalog.value("select title from documents")).isEqualTo("patched");
  }

  @Test
  void whatIsOfNobodyLeavesNoTrace() {
    var foreign = DocumentEvent.newBuilder(introduction(5, "t", "{}")).setTenantId(new UUID(9, 9)).build();

    tables.project(foreign, event(6, 0, Stage.INDEXED).build());

    assertThat(tables.catalog.number("select count(*) from documents")).isZero();
    assertThat(tables.catalog.number("select count(*) from document_revisions")).isZero();
    assertThat(tables.catalog.number("select count(*) from document_events")).isZero();
  }

  @Test
  void S4anEventOfAnotherTenantDoesNotTouchTheDocument() {
    tables.document(DOCUMENT, 5);
    var foreign = DocumentEvent.newBuilder(Fixtures.failed(5, 0)).setTenantId(new UUID(9, 9)).build();

    tables.project(foreign);

    assertThat(tables.catalog.value("select processing_status from documents")).isEqualTo("pending");
  }

  @Test
  void S21aFailureWithoutALiveVersionGivesTheQuotaBackOnce() {
    tables.document(DOCUMENT, 5);

    tables.project(Fixtures.failed(5, 0));
    tables.project(Fixtures.failed(5, 0));

    assertThat(tables.catalog.value("select doc_count || ' ' || storage_bytes from tenant_counters"))
        .isEqualTo("0 0");
    assertThat(tables.catalog.value("select counted from documents")).isEqualTo("false");
  }

  @Test
  void S21aFailureGivesNothingBackWhileAnotherUploadIsOpen() {
    tables.document(DOCUMENT, 5);
    tables.revision(DOCUMENT, 6, "upsert", "accepting");

    tables.project(Fixtures.failed(5, 0));

    assertThat(tables.catalog.value("select doc_count from tenant_counters")).isEqualTo("1");
  }

  @Test
  void aMessageThatPostgresCannotHoldIsKeptButForThatCharacter() {
    tables.document(DOCUMENT, 5);
    var hostile = event(5, 0, Stage.FAILED).setError(new Failure("parse", "CORRUPT", "bad \0 byte")).build();

    tables.project(hostile);

    assertThat(tables.catalog.value("select error_message from documents")).isEqualTo("bad \uFFFD byte");
    assertThat(tables.catalog.value("select error_message from document_revisions")).isEqualTo("bad \uFFFD byte");
    assertThat(tables.catalog.value("select error_message from document_events")).isEqualTo("bad \uFFFD byte");
  }

  @Test
  void I3aDeleteThatNewerContentOvertookBuriesWhatItHidThoughThatContentFails() {
    tables.document(DOCUMENT, 5);
    tables.apply(chunks(version(5, 0), 2));
    tables.deliver();
    tables.catalog.sql("update documents set deleted_revision = 10, last_revision = 12");
    tables.revision(DOCUMENT, 10, "delete", "pending");
    tables.revision(DOCUMENT, 12, "upsert", "pending");

    tables.project(event(12, 0, Stage.QUEUED).build(), event(10, 0, Stage.SUPERSEDED).build(), Fixtures.failed(12, 0));

    assertThat(tables.live(DOCUMENT)).isEmpty();
    assertThat(tables.catalog.value("select document_count || ' ' || chunk_count from knowledge_base_counters"))
        .isEqualTo("0 0");
    assertThat(tables.catalog.column("select coalesce(below_revision, only_revision) from purges order by 1"))
        .containsExactly("10", "12");
    assertThat(tables.catalog.value("select processing_status from documents")).isEqualTo("failed");
  }

  @Test
  void aRetryOfAnInterruptTakesTheInterruptedContentOver() {
    tables.document(DOCUMENT, 5);
    tables.catalog.sql("update document_revisions set content_sha256 = '\\x01', size_bytes = 10, file_name = 'a.txt'");
    tables.apply(List.of(Fixtures.interrupt(DOCUMENT, 7)));
    tables.deliver();

    tables.project(event(7, 1, Stage.QUEUED).build());

    assertThat(tables.catalog
        .value(
            "select kind || ' ' || state || ' ' || attempt || ' ' || file_name from document_revisions where revision = 7"))
        .isEqualTo("upsert pending 1 a.txt");
    tables.revision(DOCUMENT, 9, "upsert", "pending");
    tables.apply(chunks(version(9, 0), 1));
    tables.deliver();
    assertThat(tables.catalog.value("select state from document_revisions where revision = 7"))
        .as("I1: overtaken by a newer flip, it ends").isEqualTo("superseded");
  }

  private static List<String> snapshot() {
    return tables.catalog.column("""
        select d::text from (select id, newest_revision, newest_attempt, processing_status, stage, error_code, version
                               from documents) d
        union all select r::text from (select * from document_revisions) r
        union all select e::text from (select * from document_events order by seq) e
        """);
  }

  private static DocumentEvent introduction(long revision, String title, String metadata) {
    var attributes = new Attributes(title, metadata, null,
        new Acl(Sensitivity.PUBLIC, List.of("user"), List.of(), List.of()));
    return event(revision, 0, Stage.QUEUED)
        .setDocument(new DocumentIntroduction(attributes, "x/1", 42L, new Sha256(new byte[32]), "bulk")).build();
  }
}
