package io.selfrag.catalog.index;

import static io.selfrag.catalog.index.Fixtures.DOCUMENT;
import static io.selfrag.catalog.index.Fixtures.KB;
import static io.selfrag.catalog.index.Fixtures.TENANT;
import static io.selfrag.catalog.index.Fixtures.chunks;
import static io.selfrag.catalog.index.Fixtures.delete;
import static io.selfrag.catalog.index.Fixtures.interrupt;
import static io.selfrag.catalog.index.Fixtures.patch;
import static io.selfrag.catalog.index.Fixtures.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.catalog.ledger.LedgerQueries;
import io.selfrag.schemas.avro.Stage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sink's one transaction (S12), interleaving by interleaving. */
class IndexChangesIT {
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
    tables.document(DOCUMENT, 5);
  }

  @Test
  void S12aVersionFlipsWithItsLastOrdinalAndSaysSoInTheSameTransaction() {
    assertThat(tables.apply(chunks(version(5, 0), 3, 2, 0)).incomplete()).containsExactly(version(5, 0));
    assertThat(tables.live(DOCUMENT)).isEmpty();
    assertThat(tables.outbox()).isEmpty();

    var outcome = tables.apply(chunks(version(5, 0), 3, 1));

    assertThat(outcome.flipped()).containsExactly(version(5, 0));
    assertThat(tables.live(DOCUMENT)).isEqualTo("5/0");
    assertThat(tables.outbox()).containsExactly("EMBEDDED 5/0", "INDEXED 5/0");
    assertThat(tables.catalog.value("select version from documents")).isEqualTo("1");
    assertThat(counters()).isEqualTo("1 3 1");
    assertThat(tables.catalog.number("select count(*) from chunk_vectors")).isEqualTo(3);
  }

  @Test
  void S15theVectorsOfChunksAreKeptAsTheyCameSoThatAnIndexCanBeRebuiltFromThem() {
    var batch = chunks(version(5, 0), 3);

    tables.apply(batch);

    for (IndexChange change : batch) {
      var row = ((IndexChange.Chunk) change).row();
      assertThat(
          tables.catalog.value("select encode(vector, 'hex') from chunk_vectors where chunk_id = '" + row.id() + "'"))
          .isEqualTo(HexFormat.of().formatHex(row.vector()));
    }
  }

  @Test
  void S12ofTheSameOrdinalTwiceNothingBecomesComplete() {
    tables.apply(chunks(version(5, 0), 2, 0));

    tables.apply(chunks(version(5, 0), 2, 0, 0));

    assertThat(tables.live(DOCUMENT)).isEmpty();
  }

  @Test
  void applyingABatchAgainChangesNothing() {
    tables.apply(chunks(version(5, 0), 3));
    tables.deliver();
    var before = counters();

    tables.apply(chunks(version(5, 0), 3));

    assertThat(tables.outbox()).isEmpty();
    assertThat(counters()).isEqualTo(before);
    assertThat(tables.catalog.number("select count(*) from purges")).isZero();
    assertThat(tables.catalog.value("select version from documents")).isEqualTo("1");
  }

  @Test
  void I4aLateChunkOfAnOlderRevisionIsPurgedAndItsRevisionEnds() {
    tables.revision(DOCUMENT, 6, "upsert", "pending");
    tables.apply(chunks(version(6, 0), 1));

    var outcome = tables.apply(chunks(version(5, 0), 2, 0));

    assertThat(outcome.late()).containsExactly(Map.entry(version(5, 0), Verdict.SUPERSEDED));
    assertThat(tables.live(DOCUMENT)).isEqualTo("6/0");
    assertThat(tables.catalog.column("select only_revision || '/' || only_attempt from purges")).containsExactly("5/0");
    assertThat(tables.catalog.number("select count(*) from chunks where revision = 5")).isZero();
    tables.deliver();
    assertThat(state(5)).isEqualTo("superseded");
    assertThat(state(6)).isEqualTo("indexed");
  }

  @Test
  void theOlderVersionsRowsArePurgedAfterAFlip() {
    tables.apply(chunks(version(5, 0), 2));
    tables.revision(DOCUMENT, 6, "upsert", "pending");

    tables.apply(chunks(version(6, 0), 3));

    assertThat(tables.catalog.column("select below_revision || '/' || below_attempt from purges"))
        .containsExactly("6/0");
    assertThat(counters()).isEqualTo("1 3 2");
    assertThat(tables.catalog.value("select version from documents")).isEqualTo("2");
  }

  @Test
  void S2aDeleteWhileChunksArriveHidesAndNothingLateBringsTheDocumentBack() {
    tables.apply(chunks(version(5, 0), 2, 0));

    tables.apply(List.of(delete(DOCUMENT, 10)));
    var outcome = tables.apply(chunks(version(5, 0), 2, 1));

    assertThat(outcome.late()).containsExactly(Map.entry(version(5, 0), Verdict.DELETED));
    assertThat(tables.live(DOCUMENT)).isEmpty();
    tables.deliver();
    assertThat(state(5)).isEqualTo("superseded");
    assertThat(tables.catalog.value("select processing_status from documents")).isEqualTo("deleted");
    assertThat(tables.catalog.value("select doc_count || ' ' || storage_bytes from tenant_counters"))
        .as("S21").isEqualTo("0 0");
  }

  @Test
  void aDeleteAndTheNextUploadInOneBatchCountOnce() {
    tables.apply(chunks(version(5, 0), 2));
    tables.revision(DOCUMENT, 12, "upsert", "pending");
    tables.catalog.sql("update documents set last_revision = 12");
    var batch = new ArrayList<>(chunks(version(12, 0), 3));
    batch.add(delete(DOCUMENT, 10));

    tables.apply(batch);

    assertThat(tables.live(DOCUMENT)).isEqualTo("12/0");
    assertThat(counters()).isEqualTo("1 3 2");
    assertThat(tables.catalog.value("select doc_count from tenant_counters")).as("reserved anew by the upload")
        .isEqualTo("1");
  }

  @Test
  void anInterruptEndsWhatIsUnfinishedAndLeavesWhatIsLive() {
    tables.apply(chunks(version(5, 0), 1));
    tables.deliver();
    tables.revision(DOCUMENT, 6, "upsert", "pending");
    tables.apply(chunks(version(6, 0), 2, 0));

    tables.apply(List.of(interrupt(DOCUMENT, 7)));
    tables.apply(chunks(version(6, 0), 2, 1));

    tables.deliver();
    assertThat(tables.live(DOCUMENT)).isEqualTo("5/0");
    assertThat(state(6)).isEqualTo("interrupted");
    assertThat(state(7)).isEqualTo("interrupted");
    assertThat(tables.catalog.value("select processing_status from documents")).isEqualTo("interrupted");
  }

  @Test
  void ofARetryOnlyTheNewAttemptsChunksCount() {
    tables.apply(chunks(version(5, 0), 2, 0));
    tables.project(Fixtures.event(5, 0, Stage.QUEUED).build(), Fixtures.failed(5, 0),
        Fixtures.event(5, 1, Stage.QUEUED).build());

    var late = tables.apply(chunks(version(5, 0), 2, 1));
    tables.apply(chunks(version(5, 1), 2));

    assertThat(late.late()).containsExactly(Map.entry(version(5, 0), Verdict.ENDED));
    assertThat(tables.live(DOCUMENT)).isEqualTo("5/1");
    tables.deliver();
    assertThat(state(5)).isEqualTo("indexed");
  }

  @Test
  void oneFailedChunkFailsItsRevisionAndTheLiveOneStays() {
    tables.apply(chunks(version(5, 0), 1));
    tables.deliver();
    tables.revision(DOCUMENT, 6, "upsert", "pending");
    tables.apply(chunks(version(6, 0), 2, 0));

    tables.project(Fixtures.event(6, 0, Stage.QUEUED).build(), Fixtures.failed(6, 0));

    assertThat(tables.live(DOCUMENT)).isEqualTo("5/0");
    assertThat(tables.catalog.value("select processing_status || ' ' || error_code from documents"))
        .isEqualTo("failed CORRUPT");
    assertThat(tables.catalog.value("select counted from documents")).as("S21: what is live counts").isEqualTo("true");
    assertThat(tables.catalog.value("select only_revision from purges")).isEqualTo("6");
  }

  @Test
  void I8aFailureOfAVersionThatWentLiveMeanwhileIsNotBelieved() {
    tables.apply(chunks(version(5, 0), 2));

    tables.project(Fixtures.failed(5, 0));
    tables.deliver();

    assertThat(state(5)).isEqualTo("indexed");
    assertThat(tables.catalog.value("select processing_status from documents")).isEqualTo("completed");
    assertThat(tables.catalog.number("select count(*) from purges")).isZero();
    assertThat(tables.catalog.column("select stage from document_events")).doesNotContain("failed");
  }

  @Test
  void aKnowledgeBaseThatGoesTakesNothingMore() {
    tables.apply(chunks(version(5, 0), 2, 0));
    tables.catalog.sql("update knowledge_bases set status = 'deleting'");

    var outcome = tables.apply(chunks(version(5, 0), 2, 1));

    assertThat(outcome.late()).containsExactly(Map.entry(version(5, 0), Verdict.KNOWLEDGE_BASE_GONE));
    assertThat(tables.live(DOCUMENT)).isEmpty();
    assertThat(tables.catalog.number("select count(*) from purges")).isEqualTo(1);
  }

  @Test
  void aKnowledgeBaseThatIsGoneAltogetherLeavesNothing() {
    var missing = new Version(TENANT, new UUID(9, 9), new UUID(9, 8), 1, 5, 0);

    var outcome = tables.apply(chunks(missing, 1));

    assertThat(outcome.late()).containsExactly(Map.entry(missing, Verdict.KNOWLEDGE_BASE_GONE));
    assertThat(tables.catalog.number("select count(*) from chunks")).isZero();
  }

  @Test
  void S16patchesAreWrittenOnlyWithAHigherRevisionWhicheverComesFirst() {
    tables.apply(List.of(patch(DOCUMENT, 9, "nine", "{\"n\": 9}"), patch(DOCUMENT, 8, "eight", "{\"n\": 8}")));
    tables.apply(List.of(patch(DOCUMENT, 7, "seven", "{\"n\": 7}")));

    assertThat(tables.catalog.value("select title || ' ' || attributes_revision || ' ' || metadata from documents"))
        .isEqualTo("nine 9 {\"n\": 9}");
    assertThat(tables.catalog.value("select wanted from refreshes")).as("copies are asked for, once a document")
        .isEqualTo("2");
  }

  @Test
  void S16aReplacementBringsItsAttributesWithTheFlipAndNotBefore() {
    tables.apply(chunks(version(5, 0), 1));
    tables.revision(DOCUMENT, 6, "upsert", "pending");
    tables.catalog.sql("update document_revisions set attributes = '" + attributes("second title", "{\"a\": 1}")
        + "' where revision = 6");

    tables.apply(chunks(version(6, 0), 2, 0));
    assertThat(tables.catalog.value("select title from documents")).isEqualTo("first title");
    assertThat(tables.catalog.number("select count(*) from refreshes")).isZero();
    tables.apply(chunks(version(6, 0), 2, 1));

    assertThat(tables.catalog.value("select title || ' ' || metadata || ' ' || attributes_revision from documents"))
        .isEqualTo("second title {\"a\": 1} 6");
    assertThat(tables.catalog.number("select count(*) from refreshes")).isEqualTo(1);
  }

  @Test
  void S16aFlipOfAGenerationThatNobodySeesLeavesTheAttributes() {
    tables.apply(chunks(version(5, 0), 1));
    tables.revision(DOCUMENT, 6, "upsert", "pending");
    tables.catalog.sql("update document_revisions set attributes = '" + attributes("second title", "{}")
        + "' where revision = 6");

    tables.apply(chunks(version(DOCUMENT, 2, 6, 0), 1));

    assertThat(tables.catalog.value("select title from documents")).isEqualTo("first title");
    assertThat(tables.live(DOCUMENT)).isEqualTo("5/0 6/0");
  }

  @Test
  void S16aFlipThatBringsAnotherTitleRefreshesTheCopies() {
    tables.apply(chunks(version(5, 0), 1));
    tables.revision(DOCUMENT, 6, "upsert", "pending");
    tables.catalog.sql("update document_revisions set attributes = '" + attributes("second title", "{}")
        + "' where revision = 6");

    tables.apply(chunks(version(6, 0), 1));

    assertThat(tables.catalog.value("select title from documents")).isEqualTo("second title");
    assertThat(tables.catalog.number("select count(*) from refreshes")).isEqualTo(1);
  }

  @Test
  void pointsWrittenWithWhatHasChangedSinceAreRefreshed() {
    List<IndexChange> batch = chunks(version(5, 0), 2, 0);
    var seen = tables.catalog.get(tables.fences.read(batch));
    tables.catalog.sql("update documents set acl_users = '{someone}', attributes_revision = 8");

    tables.catalog.get(tables.transaction.apply(batch, seen));

    assertThat(tables.catalog.value("select document_id from refreshes")).isEqualTo(DOCUMENT.toString());
  }

  @Test
  void S26aRouteThatChangedSinceThePointsWereWrittenUndoesTheBatch() {
    List<IndexChange> batch = chunks(version(5, 0), 1);
    var seen = tables.catalog.get(tables.fences.read(batch));
    tables.catalog.sql("update tenants set route_epoch = route_epoch + 1");

    assertThatThrownBy(() -> tables.catalog.get(tables.transaction.apply(batch, seen)))
        .isInstanceOf(IndexChanges.RouteChanged.class);

    assertThat(tables.catalog.number("select count(*) from chunks")).isZero();
    assertThat(tables.catalog.number("select count(*) from outbox")).isZero();
  }

  @Test
  void S19aSwitchingKnowledgeBaseTakesRowsAndWithholdsFlipsUntilItIsLookedAtAgain() {
    tables.catalog.sql("update knowledge_bases set status = 'switching'");
    var outcome = tables.apply(chunks(version(5, 0), 2));
    assertThat(outcome.withheld()).containsExactly(version(5, 0));
    assertThat(tables.live(DOCUMENT)).isEmpty();
    tables.catalog.sql("update knowledge_bases set status = 'active'");

    tables.apply(List.of(new IndexChange.Reconsider(version(5, 0), 2)));

    assertThat(tables.live(DOCUMENT)).isEqualTo("5/0");
    assertThat(tables.outbox()).contains("INDEXED 5/0");
  }

  @Test
  void S12anOverdueRevisionEndsAsWhatItIs() {
    tables.apply(chunks(version(5, 0), 1));
    tables.catalog.sql("delete from outbox"); // the ledger was never told
    tables.revision(DOCUMENT, 4, "upsert", "processing");
    tables.revision(DOCUMENT, 6, "upsert", "processing");

    tables.apply(List.of(new IndexChange.Reconsider(version(4, 0), 3), new IndexChange.Reconsider(version(5, 0), 1),
        new IndexChange.Reconsider(version(6, 0), 0)));
    tables.deliver();

    assertThat(state(4)).isEqualTo("superseded");
    assertThat(state(5)).isEqualTo("indexed");
    assertThat(state(6)).isEqualTo("failed");
    assertThat(tables.catalog.value("select error_code from documents")).isEqualTo("EMPTY_DOCUMENT");
  }

  @Test
  void textThatPostgresCannotHoldIsKeptButForThatCharacter() {
    var row = Fixtures.chunk(version(5, 0), 0, 1);
    var hostile = new ChunkRow(row.id(), row.version(), 0, 1, "a\0b", "c\0", 0, 3, 0, 0, List.of("h\0", "中文, \"{}\\"),
        1, "en", "p\0", row.model(), row.vector());

    tables.apply(List.of(new IndexChange.Chunk(hostile, Map.of())));

    assertThat(tables.catalog.value("select text || context || parent_text from chunks"))
        .isEqualTo("a\uFFFDbc\uFFFDp\uFFFD");
    assertThat(tables.catalog.value("select heading_path[2] from chunks")).isEqualTo("中文, \"{}\\");
    assertThat(tables.catalog.value("select page_from from chunks")).isEqualTo("null");
  }

  @Test
  void sinksThatFlipDocumentsOfOneKnowledgeBaseAtOnceDoNotDeadlock() throws Exception {
    var other = new UUID(0xb5, 2);
    tables.base(other);
    var documents = IntStream.range(0, 24).mapToObj(it -> new UUID(0xd1, it)).toList();
    documents.forEach(it -> tables.document(it, 5));
    tables.catalog
        .sql("update documents set knowledge_base_id = '" + other + "' where right(id::text, 1) in ('0', '1')");
    tables.catalog.sql("update document_revisions r set knowledge_base_id = d.knowledge_base_id from documents d"
        + " where d.id = r.document_id");
    var random = new Random(7);
    var batches = new ArrayList<Callable<List<IndexChange>>>();
    for (int revision = 5; revision < 45; revision += 10) {
      for (int part = 0; part < 6; part++) {
        var batch = new ArrayList<IndexChange>();
        for (UUID it : documents) {
          if (random.nextBoolean()) {
            batch.addAll(chunks(versionOf(it, other, revision), 1));
          } else if (random.nextInt(4) == 0) {
            batch.add(new IndexChange.Delete(TENANT, baseOf(it, other), it, revision + 5, 0, Map.of()));
          }
        }
        Collections.shuffle(batch, random);
        batches.add(() -> {
          tables.apply(batch);
          return batch;
        });
      }
    }
    var deadlocks = tables.catalog.number("select deadlocks from pg_stat_database where datname = current_database()");

    try (var threads = Executors.newFixedThreadPool(6)) {
      for (var done : threads.invokeAll(batches)) {
        done.get();
      }
    }

    assertThat(tables.catalog.number("select deadlocks from pg_stat_database where datname = current_database()"))
        .isEqualTo(deadlocks);
    assertThat(tables.catalog.all(new LedgerQueries(tables.catalog.database()).violations()).stream()
        .filter(it -> it.rule().startsWith("WRONG_KNOWLEDGE_BASE") || it.rule().equals("INCOMPLETE_VERSION")))
        .isEmpty();
  }

  private static Version versionOf(UUID document, UUID other, long revision) {
    return new Version(TENANT, baseOf(document, other), document, 1, revision, 0);
  }

  private static UUID baseOf(UUID document, UUID other) {
    return Stream.of("0", "1").anyMatch(document.toString()::endsWith) ? other : KB;
  }

  private static String attributes(String title, String metadata) {
    return """
        {"title": "%s", "metadata": %s, "source": null, "sensitivity_level": "public", "acl_users": [], "acl_roles": [],
         "acl_groups": []}
        """.formatted(title, metadata);
  }

  private static String counters() {
    return tables.catalog.value(
        "select document_count || ' ' || chunk_count || ' ' || revision from knowledge_base_counters");
  }

  private static String state(long revision) {
    return tables.catalog.value("select state from document_revisions where document_id = '" + DOCUMENT
        + "' and revision = " + revision);
  }
}
