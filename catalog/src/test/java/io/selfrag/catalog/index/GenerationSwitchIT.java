package io.selfrag.catalog.index;

import static io.selfrag.catalog.index.Fixtures.DOCUMENT;
import static io.selfrag.catalog.index.Fixtures.KB;
import static io.selfrag.catalog.index.Fixtures.TENANT;
import static io.selfrag.catalog.index.Fixtures.chunks;
import static io.selfrag.catalog.index.Fixtures.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.catalog.ledger.LedgerQueries;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.Failure;
import io.selfrag.schemas.avro.Stage;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

class GenerationSwitchIT {
  private static final UUID OTHER = new UUID(0xd0, 2);
  private static IndexTables tables;
  private static GenerationSwitch switching;

  @BeforeAll
  static void open() {
    tables = new IndexTables();
    switching = new GenerationSwitch(tables.catalog.database(), new TopicNames("t."), tables.codec,
        InstantSource.fixed(Fixtures.NOW));
  }

  @AfterAll
  static void close() {
    tables.close();
  }

  @BeforeEach
  void aDocumentOfTwoChunksIsLive() {
    tables.reset();
    tables.catalog.sql("insert into generations (knowledge_base_id, generation, spec) values ('" + KB + "', 2, '{}')");
    tables.document(DOCUMENT, 5);
    sent(version(5, 0), 2);
    tables.deliver();
  }

  /** Its chunks are cut, embedded and stored. */
  private static IndexOutcome sent(Version version, int count) {
    tables.project(
        Fixtures.event(version.revision(), version.attempt(), Stage.CHUNKED).setDocumentId(version.documentId())
            .setGeneration(version.generation()).setChunkCount(count).build());
    return tables.apply(chunks(version, count));
  }

  private static Version other(long revision) {
    return version(DOCUMENT, 2, revision, 0);
  }

  private static boolean switchOver(int live, int target) {
    return tables.catalog.get(switching.tryTo(new GenerationSwitch.Wanted(KB, live, target,
        "{\"embedding\": {\"dim\": " + target + "}}"), Mono.just(true)));
  }

  private static long live() {
    return tables.catalog.number("select live_generation from knowledge_bases");
  }

  private static void nothingIsWrong() {
    var ledger = new LedgerQueries(tables.catalog.database());
    assertThat(LedgerQueries.standingRules().stream().filter(it -> !it.equals("MISSING_VECTORS"))
        .flatMap(it -> tables.catalog.get(ledger.standing(it, TENANT, 10)).stream())).isEmpty();
  }

  @Test
  void S19queriesSeeTheOtherGenerationOnceNothingOfItIsMissing() {
    long revision = tables.catalog.number("select revision from knowledge_base_counters");
    assertThat(switchOver(1, 2)).as("nothing is there").isFalse();
    assertThat(live()).isOne();
    assertThat(sent(other(5), 3).flipped()).containsExactly(other(5));

    assertThat(switchOver(1, 2)).isTrue();

    tables.deliver();
    assertThat(live()).isEqualTo(2);
    assertThat(tables.catalog.column("select config->'embedding'->>'dim' from knowledge_bases")).containsExactly("2");
    assertThat(tables.catalog.number("select chunk_count from knowledge_base_counters")).isEqualTo(3);
    assertThat(tables.catalog.number("select revision from knowledge_base_counters")).isGreaterThan(revision);
    assertThat(tables.catalog.number("select version from documents")).as("the same version").isOne();
    nothingIsWrong();
    assertThat(switchOver(2, 1)).as("and back").isTrue();
    tables.deliver();
    assertThat(live()).isOne();
    nothingIsWrong();
  }

  @Test
  void S19anOlderVersionInTheOtherGenerationKeepsQueriesWhereTheyAre() {
    sent(other(5), 3);
    tables.revision(DOCUMENT, 8, "upsert", "pending");
    sent(version(8, 0), 2);

    assertThat(switchOver(1, 2)).isFalse();

    assertThat(live()).isOne();
  }

  @Test
  void S19aVersionThatWasWithheldIsWhatUsersSeeFromTheInstantOfTheSwitch() {
    sent(other(5), 3);
    tables.catalog.sql("update knowledge_bases set status = 'switching'");
    tables.revision(DOCUMENT, 8, "upsert", "pending");
    assertThat(sent(version(8, 0), 2).withheld()).containsExactly(version(8, 0));
    assertThat(sent(other(8), 4).flipped()).as("what queries do not see catches up").containsExactly(other(8));
    assertThat(tables.catalog.number("select version from documents")).isOne();

    assertThat(switchOver(1, 2)).isTrue();

    assertThat(tables.catalog.number("select version from documents")).isEqualTo(2);
    assertThat(tables.catalog.column("select status from knowledge_bases")).containsExactly("active");
    tables.deliver();
    assertThat(tables.catalog.column("select state from document_revisions order by revision"))
        .containsExactly("indexed", "indexed");
    var withheld = new WithheldFlips(tables.catalog.database());
    var again = tables.catalog.get(withheld.released(10));
    assertThat(tables.apply(again).flipped()).as("for a rollback").containsExactly(version(8, 0));
    tables.catalog.run(withheld.forget(List.of(version(8, 0))));
    tables.deliver();
    assertThat(tables.catalog.get(withheld.released(10))).isEmpty();
    assertThat(tables.catalog.number("select version from documents")).isEqualTo(2);
    nothingIsWrong();
  }

  @Test
  void S19aVersionWhoseEndWasOnItsWayDuringTheSwitchEndsAllTheSame() {
    sent(other(5), 3);
    tables.deliver();
    tables.revision(DOCUMENT, 8, "upsert", "pending");
    sent(other(8), 4);
    tables.deliver();
    sent(version(8, 0), 2);

    assertThat(switchOver(1, 2)).isTrue();

    tables.deliver();
    assertThat(tables.catalog.column("select state from document_revisions where revision = 8"))
        .containsExactly("indexed");
    nothingIsWrong();
  }

  @Test
  void S19whatFailedByTheOldModelAndIsWholeByTheNewOneIsIndexedAfterAll() {
    sent(other(5), 3);
    tables.revision(DOCUMENT, 8, "upsert", "pending");
    tables.project(Fixtures.event(8, 0, Stage.FAILED).setGeneration(1)
        .setError(new Failure("embed", "WRONG_DIMENSION", "no")).build());
    sent(other(8), 4);
    tables.deliver();
    assertThat(tables.catalog.column("select processing_status from documents")).containsExactly("failed");

    assertThat(switchOver(1, 2)).isTrue();

    tables.deliver();
    assertThat(tables.catalog.column("select processing_status from documents")).containsExactly("completed");
    assertThat(tables.catalog.column("select state from document_revisions where revision = 8"))
        .containsExactly("indexed");
  }

  @Test
  void S19aNewDocumentThatFailedInTheOtherGenerationFailsWithItsReasonOnceThatIsSeen() {
    sent(other(5), 3);
    tables.document(OTHER, 9);
    tables.project(Fixtures.event(9, 0, Stage.FAILED).setDocumentId(OTHER).setGeneration(2)
        .setError(new Failure("embed", "WRONG_DIMENSION", "no")).build());

    assertThat(switchOver(1, 2)).isTrue();

    tables.deliver();
    assertThat(tables.catalog.column("select error_code from documents where id = '" + OTHER + "'"))
        .containsExactly("WRONG_DIMENSION");
  }

  @Test
  void S19ofAClosedGenerationNothingIsWrittenAndAllGoes() {
    sent(other(5), 3);
    assertThat(switchOver(1, 2)).isTrue();
    tables.deliver();
    tables.catalog.sql("update generations set state = 'closed' where generation = 1");
    tables.revision(DOCUMENT, 8, "upsert", "pending");

    var outcome = tables.apply(chunks(version(8, 0), 2));

    assertThat(outcome.late()).containsEntry(version(8, 0), Verdict.GENERATION_CLOSED);
    assertThat(tables.catalog.get(tables.purgedRows.isSeen(KB, 2))).isTrue();
    assertThat(tables.catalog.get(tables.purgedRows.deleteSlice(TENANT, KB, 2))).as("open: nothing goes").isZero();
    assertThat(tables.catalog.get(tables.purgedRows.deleteShownSlice(TENANT, KB, 1))).isOne();
    assertThat(tables.catalog.get(tables.purgedRows.deleteSlice(TENANT, KB, 1))).isEqualTo(2);
    assertThat(tables.catalog.column("select distinct generation::text from chunks")).containsExactly("2");
    assertThat(tables.catalog.column("select distinct generation::text from chunk_vectors")).containsExactly("2");
  }

  @Test
  void S19whoHoldsTheKnowledgeBaseIsNotWaitedForAtTheCostOfADeadlock() {
    sent(other(5), 3);
    var held = tables.catalog.database().inTransaction(tables.catalog.database().client()
        .sql("select id from knowledge_bases for share").fetch().rowsUpdated()
        .then(switching.tryTo(new GenerationSwitch.Wanted(KB, 1, 2, "{}"), Mono.just(true))
            .contextWrite(_ -> Context.empty())));

    assertThat(tables.catalog.get(held)).isFalse();
    assertThat(live()).isOne();
  }
}
