package io.selfrag.catalog.index;

import static io.selfrag.catalog.index.Fixtures.DOCUMENT;
import static io.selfrag.catalog.index.Fixtures.KB;
import static io.selfrag.catalog.index.Fixtures.TENANT;
import static io.selfrag.catalog.index.Fixtures.chunks;
import static io.selfrag.catalog.index.Fixtures.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.catalog.index.Purge.Limit;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** S13 on a real database: intents, their two runs, and what they may take. */
class PurgesIT {
  private static final Duration LEASE = Duration.ofMinutes(1);
  private static final Duration LONG = Duration.ofHours(1);
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
  void S13anIntentIsDueTwiceAndGoesOnlyAfterTheSecondRun() {
    add(Purge.only(version(5, 0)));

    var first = claim();
    assertThat(first).singleElement().satisfies(it -> assertThat(it.first()).isTrue());
    tables.catalog.run(tables.purges.repeatAfter(List.of(first.getFirst().id()), Duration.ofMillis(50)));
    var second = Awaitility.await().until(PurgesIT::claim, it -> !it.isEmpty());

    assertThat(second).singleElement().satisfies(it -> {
      assertThat(it.first()).isFalse();
      assertThat(it.purge()).isEqualTo(first.getFirst().purge());
    });
    tables.catalog.run(tables.purges.remove(List.of(second.getFirst().id())));
    assertThat(tables.catalog.number("select count(*) from purges")).isZero();
  }

  @Test
  void S13theSecondRunWaitsForItsTime() {
    add(Purge.only(version(5, 0)));
    tables.catalog.run(tables.purges.repeatAfter(List.of(claim().getFirst().id()), LONG));

    assertThat(claim()).isEmpty();
    assertThat(tables.catalog.number("select count(*) from purges")).isEqualTo(1);
  }

  @Test
  void whatOneSweeperHasTakenNoOtherGetsUntilItIsGivenBackOrTheLeaseEnds() {
    add(Purge.only(version(5, 0)), Purge.only(version(6, 0)));
    var taken = tables.catalog.get(tables.purges.claim(1, LEASE));

    assertThat(claim()).hasSize(1).doesNotContainAnyElementsOf(taken);
    assertThat(claim()).isEmpty();
    tables.catalog.run(tables.purges.release(List.of(taken.getFirst().id())));
    assertThat(claim()).isEqualTo(taken);
    tables.catalog.sql("update purges set leased_until = now() - interval '1 second'");
    assertThat(claim()).hasSize(2);
  }

  @Test
  void anIntentThatWaitsIsNotRecordedTwice() {
    add(Purge.only(version(5, 0)), Purge.below(version(5, 0)), Purge.only(version(5, 0)));
    add(Purge.only(version(5, 0)), Purge.only(version(5, 1)));

    assertThat(tables.catalog.number("select count(*) from purges")).isEqualTo(3);
  }

  @Test
  void anIntentThatRanOnceIsRecordedAgain() {
    add(Purge.only(version(5, 0)));
    tables.catalog.run(tables.purges.repeatAfter(List.of(claim().getFirst().id()), LONG));

    add(Purge.only(version(5, 0)));

    assertThat(claim()).singleElement().satisfies(it -> assertThat(it.first()).isTrue());
  }

  @Test
  void rowsOfTheBoundAndAboveStay() {
    fill(version(5, 0), version(5, 1), version(6, 0));

    var deleted = tables.catalog.get(tables.purgedRows.deleteRows(Purge.below(version(6, 0))));

    assertThat(deleted).isEqualTo(2);
    assertThat(tables.catalog.column("select revision || '/' || attempt from chunks")).containsExactly("6/0");
    assertThat(tables.catalog.column("select revision || '/' || attempt from chunk_vectors")).containsExactly("6/0");
  }

  @Test
  void exactlyOneVersionGoes() {
    fill(version(5, 0), version(5, 1), version(6, 0));

    tables.catalog.get(tables.purgedRows.deleteRows(Purge.only(version(5, 1))));

    assertThat(tables.catalog.column("select revision || '/' || attempt from chunks order by revision"))
        .containsExactly("5/0", "6/0");
  }

  @Test
  void whatIsLiveStaysWhateverAnIntentSays() {
    tables.apply(chunks(version(5, 0), 2));
    var everything = new Purge(TENANT, KB, DOCUMENT, null, new Limit.Below(99, 0));

    tables.catalog.get(tables.purgedRows.deleteRows(everything));

    assertThat(tables.catalog.number("select count(*) from chunks")).isEqualTo(2);
  }

  @Test
  void aFailedVersionThatIsLiveInAnotherGenerationStaysThere() {
    tables.catalog.sql("insert into generations (knowledge_base_id, generation, spec) values ('" + KB + "', 2, '{}')");
    tables.apply(chunks(version(DOCUMENT, 2, 5, 0), 1));
    fill(version(5, 0));
    var failed = new Purge(TENANT, KB, DOCUMENT, null, new Limit.Only(5, 0));

    assertThat(tables.catalog.all(tables.purgedRows.generations(failed))).containsExactly(1);
    tables.catalog.get(tables.purgedRows.deleteRows(failed));

    assertThat(tables.catalog.column("select generation from chunks")).containsExactly("2");
  }

  @Test
  void aPurgeOfAnotherTenantTakesNothing() {
    fill(version(5, 0));
    var foreign = new Purge(new UUID(9, 9), KB, DOCUMENT, 1, new Limit.Only(5, 0));

    tables.catalog.get(tables.purgedRows.deleteRows(foreign));

    assertThat(tables.catalog.number("select count(*) from chunks")).isEqualTo(1);
    assertThat(tables.catalog.number("select count(*) from chunk_vectors")).isEqualTo(1);
  }

  @Test
  void aWholeDocumentOrAPartOfAKnowledgeBaseCannotBeAskedFor() {
    assertThatThrownBy(() -> new Purge(TENANT, KB, DOCUMENT, null, new Limit.All()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Purge(TENANT, KB, null, null, new Limit.Below(1, 0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aKnowledgeBaseGoesSliceBySliceAndGivesTheQuotaBackButOnlyOnceItIsMarked() {
    tables.apply(chunks(version(5, 0), 2));
    tables.deliver();
    assertThat(tables.catalog.get(tables.purgedRows.deleteDocumentSlice(TENANT, KB))).isZero();
    assertThat(tables.catalog.get(tables.purgedRows.deleteLedgerSlice(TENANT, KB))).isZero();
    tables.catalog.run(tables.purgedRows.removeKnowledgeBase(TENANT, KB));
    assertThat(tables.catalog.number("select count(*) from documents")).isEqualTo(1);
    tables.catalog.sql("update knowledge_bases set status = 'deleting'");

    assertThat(tables.catalog.get(tables.purgedRows.deleteSlice(TENANT, KB))).isEqualTo(2);
    assertThat(tables.catalog.get(tables.purgedRows.deleteLedgerSlice(TENANT, KB))).isPositive();
    assertThat(tables.catalog.get(tables.purgedRows.deleteLedgerSlice(TENANT, KB))).isZero();
    assertThat(tables.catalog.get(tables.purgedRows.deleteDocumentSlice(TENANT, KB))).isEqualTo(1);
    tables.catalog.run(tables.purgedRows.removeKnowledgeBase(TENANT, KB));

    for (var table : List.of("knowledge_bases", "documents", "document_revisions", "document_generations",
        "document_events", "chunks", "chunk_vectors", "knowledge_base_counters", "generations")) {
      assertThat(tables.catalog.number("select count(*) from " + table)).as(table).isZero();
    }
    assertThat(tables.catalog.value("select doc_count || ' ' || storage_bytes from tenant_counters"))
        .isEqualTo("0 0");
  }

  @Test
  void refreshesAreOneADocumentAndOneWantedMeanwhileStays() {
    var refreshes = new Refreshes(tables.catalog.database());
    var document = tables.catalog.get(tables.fences.read(List.of(DOCUMENT), List.of(KB))).document(DOCUMENT);
    tables.catalog.run(refreshes.add(List.of(document)));
    tables.catalog.run(refreshes.add(List.of(document)));
    var claimed = tables.catalog.all(refreshes.claim(10, LEASE));
    assertThat(claimed).containsExactly(new Refresh(TENANT, KB, DOCUMENT, 2));
    assertThat(tables.catalog.all(refreshes.claim(10, LEASE))).isEmpty();

    tables.catalog.run(refreshes.add(List.of(document)));
    tables.catalog.run(refreshes.done(claimed));

    var again = tables.catalog.all(refreshes.claim(10, LEASE));
    assertThat(again).containsExactly(new Refresh(TENANT, KB, DOCUMENT, 3));
    tables.catalog.run(refreshes.done(again));
    assertThat(tables.catalog.number("select count(*) from refreshes")).isZero();
  }

  @Test
  void S18aRefreshOfCopiesRaisesTheRevisionSinceASearchBeforeItMayBeKept() {
    var refreshes = new Refreshes(tables.catalog.database());
    var document = tables.catalog.get(tables.fences.read(List.of(DOCUMENT), List.of(KB))).document(DOCUMENT);
    tables.catalog.run(refreshes.add(List.of(document)));
    var revision = "select revision from knowledge_base_counters where knowledge_base_id = '" + KB + "'";
    long before = tables.catalog.number(revision);

    tables.catalog.run(refreshes.done(tables.catalog.all(refreshes.claim(10, LEASE))));

    assertThat(tables.catalog.number(revision)).isEqualTo(before + 1);
  }

  private static void add(Purge... purges) {
    tables.catalog.run(tables.purges.add(List.of(purges)));
  }

  private static List<DuePurge> claim() {
    return tables.catalog.get(tables.purges.claim(10, LEASE));
  }

  /** One chunk of each, of two, so that nothing flips. */
  private static void fill(Version... versions) {
    for (Version version : versions) {
      tables.apply(chunks(version, 2, 0));
    }
  }
}
