package io.selfrag.indexer;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.indexer.TroubledVectorStore.Trouble;
import io.selfrag.schemas.Ids;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.avro.EmbeddedChunk;
import io.selfrag.schemas.avro.Stage;
import io.selfrag.service.health.HealthStatus;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.VersionKey;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole sink: embedded chunks in; points, rows, events and states out. Each test has documents of its own. */
@Timeout(180)
class IndexerSinkIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static int documents;

  @TempDir
  private static Path folder;
  private static Sink sink;

  private final UUID document = new UUID(0xd0, ++documents);
  private final UUID neighbour = new UUID(0xd1, documents);

  @BeforeAll
  static void start() {
    sink = new Sink(folder, Map.of());
  }

  @AfterAll
  static void stop() {
    sink.close();
  }

  @AfterEach
  void calm() {
    sink.store.trouble(Trouble.NONE);
    sink.store.delay(Duration.ZERO);
  }

  @Test
  void aVersionIsInTheStoreInTheRowsInTheTimelineAndNothingWaits() {
    sink.accepted(document, 5);

    sink.version(document, 5, 3);

    eventually(() -> assertThat(status(document)).isEqualTo("completed"));
    assertThat(live(document)).isEqualTo("5");
    assertThat(points(document)).hasSize(3).allSatisfy(it -> assertThat(it.key().revision()).isEqualTo(5));
    assertThat(sink.column("select stage from document_events where document_id = '" + document + "' order by seq"))
        .containsExactly("queued", "chunked", "embedded", "indexed");
    eventually(() -> {
      assertThat(sink.lag("indexer", sink.topics.of(PipelineTopic.EMBEDDED_CHUNKS, Lane.INTERACTIVE))).as("S17")
          .isZero();
      assertThat(sink.lag("projection", sink.topics.of(PipelineTopic.DOCUMENT_EVENTS))).as("S17").isZero();
    });
  }

  @Test
  void S13whatWasReplacedIsPurgedTwiceAndThenForgotten() {
    sink.accepted(document, 5);
    sink.version(document, 5, 4);
    eventually(() -> assertThat(live(document)).isEqualTo("5"));
    sink.accepted(document, 6);

    sink.version(document, 6, 2);

    eventually(() -> assertThat(points(document)).hasSize(2)
        .allSatisfy(it -> assertThat(it.key().revision()).isEqualTo(6)));
    assertThat(sink.number("select count(*) from chunks where document_id = '" + document + "'")).isEqualTo(2);
    eventually(() -> assertThat(sink.number("select count(*) from purges where document_id = '" + document + "'"))
        .isZero());
  }

  @Test
  void aDeletedDocumentIsGoneFromBothStoresAndLateChunksStayOut() {
    sink.accepted(document, 5);
    sink.version(document, 5, 3);
    eventually(() -> assertThat(live(document)).isEqualTo("5"));

    sink.send(Sink.deleted(document, 9));
    sink.send(Sink.chunk(document, 5, 0, 1, 3));
    sink.send(Sink.chunk(document, 8, 0, 0, 1));

    eventually(() -> assertThat(status(document)).isEqualTo("deleted"));
    eventually(() -> {
      assertThat(points(document)).isEmpty();
      assertThat(sink.number("select count(*) from chunks where document_id = '" + document + "'")).isZero();
      assertThat(sink.number("select count(*) from purges where document_id = '" + document + "'")).isZero();
    });
  }

  @Test
  void S16aPatchReachesTheCopiesInTheStore() {
    sink.accepted(document, 5);
    sink.version(document, 5, 2);
    eventually(() -> assertThat(live(document)).isEqualTo("5"));

    sink.send(Sink.patched(document, 7, "new title", "{\"color\": \"red\", \"n\": 7}"));

    eventually(() -> assertThat(points(document)).hasSize(2).allSatisfy(
        it -> assertThat(it.attributes().metadata()).isEqualTo(Map.of("color", "red", "n", 7L))));
    assertThat(sink.value("select title from documents where id = '" + document + "'")).isEqualTo("new title");
    assertThat(sink.foundBy("new")).as("BM25 knows the new title").contains(document);
    eventually(() -> assertThat(sink.number("select count(*) from refreshes")).isZero());
  }

  @Test
  void S16aRefreshThatFailedIsDoneAgain() {
    sink.accepted(document, 5);
    sink.version(document, 5, 1);
    eventually(() -> assertThat(live(document)).isEqualTo("5"));
    sink.store.trouble(Trouble.AFTER_REFRESH);

    sink.send(Sink.patched(document, 7, "t", "{\"n\": 1}"));
    eventually(() -> assertThat(sink.store.met()).isGreaterThan(1));
    assertThat(sink.number("select count(*) from refreshes")).isEqualTo(1);
    sink.store.trouble(Trouble.NONE);

    eventually(() -> assertThat(sink.number("select count(*) from refreshes")).isZero());
    assertThat(points(document).getFirst().attributes().metadata()).containsEntry("n", 1L);
  }

  @Test
  void F8aVectorOfTheWrongDimensionFailsAloneAndIsListed() {
    sink.accepted(document, 5);
    sink.accepted(neighbour, 5);
    var wrong = EmbeddedChunk.newBuilder(Sink.chunk(document, 5, 0, 0, 1)).setVector(ByteBuffer.allocate(12)).build();

    sink.send(Sink.event(document, 5, 0, Stage.QUEUED).build());
    sink.send(wrong);
    sink.version(neighbour, 5, 2);

    eventually(() -> assertThat(sink.value("select processing_status || ' ' || error_stage || ' ' || error_code"
        + " from documents where id = '" + document + "'")).isEqualTo("failed index WRONG_DIMENSION"));
    eventually(() -> assertThat(status(neighbour)).isEqualTo("completed"));
    eventually(() -> assertThat(letters(document)).containsExactly("WRONG_DIMENSION"));
    assertThat(points(document)).isEmpty();
  }

  @Test
  void I9aListedLetterCanBeSentAgainAsItWasAndEndsTheSame() {
    sink.accepted(document, 5);
    sink.send(EmbeddedChunk.newBuilder(Sink.chunk(document, 5, 0, 0, 1)).setVector(ByteBuffer.allocate(12)).build());
    eventually(() -> assertThat(letters(document)).hasSize(1));
    eventually(() -> assertThat(status(document)).isEqualTo("failed"));
    var topic = sink.value("select original_topic from dead_letters where document_id = '" + document + "'");
    var key = hex("record_key");
    var value = hex("value");

    sink.send(topic, key, value);

    eventually(() -> assertThat(letters(document)).containsExactly("WRONG_DIMENSION", "WRONG_DIMENSION"));
    assertThat(status(document)).isEqualTo("failed");
    assertThat(sink.number("select count(*) from document_events where stage = 'failed' and document_id = '" + document
        + "'")).isEqualTo(1);
  }

  @Test
  void F13whatCannotBeDecodedIsListedOnceThoughItsBatchIsDoneAgainAndAgain() {
    sink.accepted(document, 5);
    sink.store.trouble(Trouble.AWAY);
    var topic = sink.topics.of(PipelineTopic.EMBEDDED_CHUNKS, Lane.INTERACTIVE);
    var poison = ("poison " + document).getBytes();

    sink.version(document, 5, 2);
    sink.send(topic, document.toString().getBytes(), poison);
    eventually(() -> assertThat(sink.store.met()).isGreaterThan(3));
    sink.store.trouble(Trouble.NONE);

    eventually(() -> assertThat(status(document)).isEqualTo("completed"));
    var listed = "select count(*) from dead_letters where code = 'UNDECODABLE' and value = '\\x"
        + HexFormat.of().formatHex(poison) + "'";
    eventually(() -> assertThat(sink.number(listed)).isEqualTo(1));
    assertThat(sink.number("select count(*) from dead_letters where topic = '" + topic + ".dlt'"
        + " and code = 'STORE_UNAVAILABLE'")).isZero();
  }

  @Test
  void aPatchThatNoColumnTakesIsRefusedAlone() {
    sink.accepted(document, 5);
    sink.accepted(neighbour, 5);

    sink.send(Sink.patched(document, 7, "t\0", "{}"));
    sink.send(Sink.patched(document, 8, "t", "{\"a\": \"\\u0000\"}"));
    sink.send(Sink.patched(document, 9, " ", "{}"));
    sink.version(neighbour, 5, 1);

    eventually(() -> assertThat(letters(document)).hasSize(3).containsOnly("VALIDATION_ERROR"));
    eventually(() -> assertThat(status(neighbour)).isEqualTo("completed"));
    assertThat(sink.health("indexerHealth").current().status()).isNotEqualTo(HealthStatus.DOWN);
  }

  @Test
  void S4chunksOfAnotherTenantsDocumentAreRefused() {
    var stranger = new UUID(0x57, documents);
    sink.sql("insert into tenants (id, name) values ('" + stranger + "', '" + stranger + "')");
    sink.sql(
        "insert into knowledge_bases (id, tenant_id, name) values ('%s', '%s', 'k')".formatted(stranger, stranger));
    sink.accepted(document, 5);
    var theirs = EmbeddedChunk.newBuilder(Sink.chunk(document, 5, 0, 0, 1)).setTenantId(stranger)
        .setKnowledgeBaseId(stranger)
        .setChunkId(Ids.chunkId(stranger, stranger, document, 1, 5, 0, 0)).build();

    sink.send(theirs);

    eventually(() -> assertThat(letters(document)).containsExactly("DOCUMENT_ID_CONFLICT"));
    assertThat(status(document)).as("the owner's document is untouched").isEqualTo("pending");
  }

  @Test
  void aChunkOfADocumentThatNobodyIntroducedIsGivenUpThoughTheTimelineNeverRests() throws Exception {
    sink.accepted(neighbour, 5);
    var resting = new AtomicBoolean();
    var traffic = Thread.ofPlatform().start(() -> {
      for (int attempt = 1; !resting.get(); attempt++) {
        sink.send(Sink.event(neighbour, 5, attempt, Stage.QUEUED).build());
      }
    });
    try {
      sink.send(Sink.chunk(document, 5, 0, 0, 1));

      eventually(() -> assertThat(letters(document)).containsExactly("DOC_NOT_FOUND"));
    } finally {
      resting.set(true);
      traffic.join();
    }
  }

  @Test
  void aKnowledgeBaseThatIsDeletedWithDocumentsInFlightLeavesNothing() {
    var base = new UUID(0xb6, documents);
    sink.knowledgeBase(base);
    for (UUID it : List.of(document, neighbour)) {
      sink.accepted(it, 5);
      sink.sql("update documents set knowledge_base_id = '" + base + "' where id = '" + it + "'");
      sink.sql("update document_revisions set knowledge_base_id = '" + base + "' where document_id = '" + it + "'");
      sink.send(in(base, Sink.chunk(it, 5, 0, 0, 2)));
    }
    sink.send(in(base, Sink.chunk(document, 5, 0, 1, 2)));
    eventually(() -> assertThat(live(document)).isEqualTo("5"));

    sink.sql("update knowledge_bases set status = 'deleting' where id = '" + base + "'");
    sink.sql("insert into purges (tenant_id, knowledge_base_id) values ('" + Sink.TENANT + "', '" + base + "')");
    sink.send(in(base, Sink.chunk(neighbour, 5, 0, 1, 2)));

    eventually(() -> assertThat(sink.number("select count(*) from knowledge_bases where id = '" + base + "'"))
        .isZero());
    sink.send(in(base, Sink.chunk(neighbour, 5, 0, 1, 2)));
    eventually(() -> assertThat(sink.lag("indexer", sink.topics.of(PipelineTopic.EMBEDDED_CHUNKS, Lane.INTERACTIVE)))
        .isZero());
    eventually(() -> assertThat(sink.number("select count(*) from purges")).isZero());
    for (var table : List.of("documents", "document_revisions", "document_generations", "chunks")) {
      assertThat(sink.number("select count(*) from " + table + " where knowledge_base_id = '" + base + "'")).as(table)
          .isZero();
    }
    assertThat(sink.points().stream().filter(it -> it.key().knowledgeBaseId().equals(base))).isEmpty();
    assertThat(
        sink.value("select (select doc_count from tenant_counters) = (select count(*) from documents where counted)"))
        .as("S21").isEqualTo("t");
  }

  @Test
  void S12aRevisionPastItsDeadlineIsLookedAtAgainAndOneThatReallyWaitsIsComplainedAbout() {
    sink.accepted(document, 5);
    sink.sql("update knowledge_bases set status = 'switching' where id = '" + Sink.KB + "'");
    sink.version(document, 5, 2);
    eventually(() -> assertThat(points(document)).hasSize(2));
    // Points are written before the rows' transaction, which is what meets the switch.
    eventually(() -> assertThat(sink.lag("indexer", sink.topics.of(PipelineTopic.EMBEDDED_CHUNKS, Lane.INTERACTIVE)))
        .isZero());
    sink.sql("update knowledge_bases set status = 'active' where id = '" + Sink.KB + "'");
    assertThat(live(document)).isEmpty();

    sink.sql("update document_revisions set deadline_at = now() where document_id = '" + document + "'");
    eventually(() -> assertThat(live(document)).isEqualTo("5"));
    sink.accepted(neighbour, 5);
    sink.sql("update document_revisions set deadline_at = now() where document_id = '" + neighbour + "'");

    eventually(() -> assertThat(sink.health("overdueHealth").current().status()).isEqualTo(HealthStatus.DEGRADED));
    sink.version(neighbour, 5, 1);
    eventually(() -> assertThat(sink.health("overdueHealth").current().status()).isEqualTo(HealthStatus.OK));
  }

  @Test
  void F21aLostVectorStoreIsWrittenAnewFromTheRowsWhileDocumentsComeAndGo() {
    sink.accepted(document, 5);
    sink.version(document, 5, 1100);
    sink.accepted(neighbour, 5);
    sink.version(neighbour, 5, 20);
    eventually(() -> assertThat(List.of(live(document), live(neighbour))).containsOnly("5"));
    sink.send(Sink.patched(document, 7, "cormorant colony", "{\"color\": \"red\"}"));
    eventually(() -> assertThat(points(document)).allSatisfy(
        it -> assertThat(it.attributes().title()).isEqualTo("cormorant colony")));
    var before = payloads(document);
    sink.store.dropCollection(Sink.COLLECTION.name());
    assertThat(sink.points()).isEmpty();

    var id = reconcile("rebuild");
    sink.accepted(neighbour, 8);
    sink.version(neighbour, 8, 3);

    ends(id);
    eventually(() -> assertThat(live(neighbour)).isEqualTo("8"));
    assertThat(payloads(document)).isEqualTo(before).hasSize(1100);
    eventually(() -> {
      assertThat(points(neighbour)).hasSize(3).allSatisfy(it -> assertThat(it.key().revision()).isEqualTo(8));
      assertThat(sink.number("select count(*) from purges")).isZero();
    });
    assertThat(sink.foundBy("cormorant")).as("the words of the title").contains(document);
    assertThat(ids(sink.points())).isEqualTo(sink.column("select id from chunks order by id::text"));
  }

  @Test
  void whatDiffersBetweenRowsAndPointsIsReportedAndThenSetRight() {
    sink.accepted(document, 5);
    sink.version(document, 5, 6);
    sink.accepted(neighbour, 5);
    eventually(() -> assertThat(live(document)).isEqualTo("5"));
    eventually(() -> assertThat(sink.number("select count(*) from purges")).isZero());
    // Half of a version: its rows have their points, and it is not to be taken for lost.
    sink.send(Sink.chunk(neighbour, 5, 0, 0, 2));
    eventually(() -> assertThat(points(neighbour)).hasSize(1));
    var before = payloads(document);
    var good = points(document);
    var stranger = new UUID(0xbad, documents);
    var nobody = new UUID(0xbad0, documents);
    sink.store.delete(Sink.COLLECTION, new PointSelection.OfPoints(Sink.TENANT, Set.of(good.get(0).chunkId())));
    sink.store.upsert(Sink.COLLECTION, List.of(
        new Point(good.get(1).chunkId(), good.get(1).key(), 99, good.get(1).vector(), "", good.get(1).attributes()),
        new Point(good.get(2).chunkId(), good.get(2).key(), good.get(2).ordinal(), new float[]{0.6f, 0.8f, 0, 0},
            good.get(2).indexText(), good.get(2).attributes()),
        at(new UUID(0x0dd, documents), document, 4, good.getFirst()),
        at(new UUID(0x0de, documents), document, 5, good.getFirst()),
        at(new UUID(0x0df, documents), stranger, 5, good.getFirst()),
        new Point(new UUID(0x0e0, documents), new VersionKey(nobody, Sink.KB, document, 1, 5, 0), 0,
            good.getFirst().vector(), "", good.getFirst().attributes())));
    sink.sql("update knowledge_base_counters set chunk_count = chunk_count + 7 where knowledge_base_id = '" + Sink.KB
        + "'");
    sink.sql("update tenant_counters set doc_count = 0, kb_count = 9");
    var damaged = payloads(document);

    var report = reconcile("report");
    ends(report);

    assertThat(tally(report)).isEqualTo("1 missing, 2 wrong, 1 stale, 3 orphaned, 3 miscounted, 0 repaired");
    assertThat(payloads(document)).isEqualTo(damaged);
    assertThat(sink.column("select f->>'kind' || ' ' || (f->>'subject') from reconciliations,"
        + " jsonb_array_elements(findings) f where id = '" + report + "'"))
        .contains("missing " + good.get(0).chunkId(), "wrong " + good.get(1).chunkId(),
            "stale " + new UUID(0x0dd, documents), "orphaned " + new UUID(0x0df, documents),
            "orphaned " + new UUID(0x0e0, documents),
            "wrong_tenant_counters " + Sink.TENANT);
    var repair = reconcile("repair");
    ends(repair);
    assertThat(tally(repair)).isEqualTo("1 missing, 2 wrong, 1 stale, 3 orphaned, 2 miscounted, 9 repaired");
    assertThat(payloads(document)).isEqualTo(before);
    assertThat(points(stranger)).isEmpty();
    assertThat(sink.store.count(Sink.COLLECTION, new PointSelection.OfTenant(nobody)))
        .as("points of a tenant that no table knows").isZero();
    assertThat(points(neighbour)).as("what is on its way").hasSize(1);
    var after = reconcile("report");
    ends(after);
    assertThat(tally(after)).isEqualTo("0 missing, 0 wrong, 0 stale, 0 orphaned, 0 miscounted, 0 repaired");
  }

  @Test
  void aReconciliationGoesOnWhereItStoppedAndSaysOfChunksWithoutVectorThatTheyMustBeEmbeddedAgain() {
    sink.accepted(document, 5);
    sink.version(document, 5, 2);
    eventually(() -> assertThat(live(document)).isEqualTo("5"));
    sink.sql("delete from chunk_vectors where document_id = '" + document + "' and chunk_id = (select id from chunks"
        + " where document_id = '" + document + "' and ordinal = 1)");
    sink.store.dropCollection(Sink.COLLECTION.name());
    sink.store.trouble(Trouble.AWAY);

    var id = reconcile("rebuild");
    eventually(() -> assertThat(sink.health("reconcilerHealth").current().status()).isEqualTo(HealthStatus.DEGRADED));
    sink.store.trouble(Trouble.NONE);

    ends(id);
    assertThat(points(document)).hasSize(1);
    assertThat(sink.number("select unvectored from reconciliations where id = '" + id + "'")).isEqualTo(1);
    sink.accepted(document, 8);
    sink.version(document, 8, 1);
    eventually(() -> assertThat(live(document)).isEqualTo("8"));
    eventually(() -> assertThat(sink.number("select count(*) from purges")).isZero());
  }

  private static Point at(UUID id, UUID document, long revision, Point like) {
    return new Point(id, new VersionKey(Sink.TENANT, Sink.KB, document, 1, revision, 0), 0, like.vector(), "",
        like.attributes());
  }

  private static String reconcile(String mode) {
    var id = UUID.randomUUID().toString();
    sink.sql("insert into reconciliations (id, mode, requested_by) values ('" + id + "', '" + mode + "', 'test')");
    return id;
  }

  private static void ends(String id) {
    eventually(() -> assertThat(sink.value("select state from reconciliations where id = '" + id + "'"))
        .isEqualTo("done"));
  }

  private static String tally(String id) {
    return sink
        .value("select format('%s missing, %s wrong, %s stale, %s orphaned, %s miscounted, %s repaired', missing,"
            + " wrong, stale, orphaned, miscounted, repaired) from reconciliations where id = '" + id + "'");
  }

  /** Everything of a document's points but the language, which a change of attributes levels. */
  private static List<List<Object>> payloads(UUID id) {
    return points(id).stream()
        .map(it -> List.<Object>of(it.chunkId(), it.key(), it.ordinal(), Arrays.toString(it.vector()),
            it.indexText(), it.attributes().title(), it.attributes().metadata(), it.attributes().sensitivity()))
        .toList();
  }

  private static List<String> ids(List<Point> points) {
    return points.stream().map(it -> it.chunkId().toString()).toList();
  }

  private static EmbeddedChunk in(UUID base, EmbeddedChunk chunk) {
    return EmbeddedChunk.newBuilder(chunk).setKnowledgeBaseId(base).setChunkId(Ids.chunkId(
        chunk.getTenantId(), base, chunk.getDocumentId(), 1, chunk.getRevision(), chunk.getAttempt(),
        chunk.getOrdinal())).build();
  }

  private byte[] hex(String column) {
    return HexFormat.of().parseHex(
        sink.value("select encode(" + column + ", 'hex') from dead_letters where document_id = '" + document + "'"));
  }

  private static List<String> letters(UUID id) {
    return sink.column("select code from dead_letters where document_id = '" + id + "'");
  }

  private static String status(UUID id) {
    return sink.value("select processing_status from documents where id = '" + id + "'");
  }

  private static String live(UUID id) {
    return String.join(" ",
        sink.column("select live_revision from document_generations where document_id = '" + id + "'"));
  }

  private static List<Point> points(UUID id) {
    return sink.points().stream().filter(it -> it.key().documentId().equals(id)).toList();
  }

  private static void eventually(ThrowingRunnable check) {
    Awaitility.await().atMost(LIMIT).ignoreExceptions().untilAsserted(check);
  }
}
