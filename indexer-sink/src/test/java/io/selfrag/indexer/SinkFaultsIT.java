package io.selfrag.indexer;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.indexer.TroubledVectorStore.Trouble;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.service.health.HealthStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** F1 and F5 at the sink: whatever fails or stops at whichever step, the same work ends in the same state. */
@Timeout(240)
class SinkFaultsIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final UUID REPLACED = new UUID(0xd0, 1);
  private static final UUID DELETED = new UUID(0xd0, 2);
  private static final UUID PATCHED = new UUID(0xd0, 3);

  @TempDir
  private static Path folder;
  private Sink sink;

  @AfterEach
  void stop() {
    sink.close();
  }

  @ParameterizedTest
  @EnumSource(value = Trouble.class, mode = Mode.EXCLUDE, names = {"NONE", "AWAY"})
  void F1stoppedAtAnyStepItEndsAsIfNothingHadHappened(Trouble step) {
    sink = new Sink(folder, Map.of());
    sink.store.trouble(step);
    work();
    eventually(() -> assertThat(sink.store.met()).as("the step was reached").isPositive());

    sink.stop();
    sink.store.trouble(Trouble.NONE);
    sink.start();

    awaitTheEnd();
  }

  @Test
  void F1stoppedBetweenTheTransactionAndTheOffsetItDoesTheSameAgainToNoEffect() {
    sink = new Sink(folder, Map.of());
    work();
    awaitTheEnd();
    var before = state();
    sink.stop();

    sink.rewind("indexer", sink.topics.of(PipelineTopic.EMBEDDED_CHUNKS, Lane.INTERACTIVE));
    sink.rewind("projection", sink.topics.of(PipelineTopic.DOCUMENT_EVENTS));
    sink.start();

    eventually(() -> assertThat(sink.lag("indexer", sink.topics.of(PipelineTopic.EMBEDDED_CHUNKS, Lane.INTERACTIVE)))
        .isZero());
    awaitTheEnd();
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void F5whileTheStoreIsAwayTheSinkPausesGivesNothingUpAndDrainsAfterwards() {
    sink = new Sink(folder, Map.of());
    sink.store.trouble(Trouble.AWAY);
    var documents = IntStream.range(0, 30).mapToObj(it -> new UUID(0xe0, it)).toList();
    documents.forEach(it -> {
      sink.accepted(it, 5);
      sink.version(it, 5, 2);
    });
    eventually(() -> assertThat(sink.store.met()).isGreaterThan(5));
    assertThat(sink.health("indexerHealth").current().status()).isEqualTo(HealthStatus.DEGRADED);
    eventually(() -> assertThat(sink.number("select count(*) from documents where processing_status = 'processing'"))
        .as("the timeline is projected all the same").isEqualTo(30));

    sink.store.trouble(Trouble.NONE);

    eventually(() -> assertThat(sink.number("select count(*) from documents where processing_status = 'completed'"))
        .isEqualTo(30));
    assertThat(sink.number("select count(*) from dead_letters")).isZero();
    assertThat(sink.points()).hasSize(60);
    eventually(() -> assertThat(sink.health("indexerHealth").current().status()).isEqualTo(HealthStatus.OK));
  }

  @Test
  void F5aSlowStoreOnlySlowsTheSinkDown() {
    sink = new Sink(folder, Map.of("selfrag.indexer.batch-records", 10));
    sink.store.delay(Duration.ofMillis(700));
    var documents = IntStream.range(0, 10).mapToObj(it -> new UUID(0xe0, it)).toList();

    documents.forEach(it -> {
      sink.accepted(it, 5);
      sink.version(it, 5, 2);
    });

    eventually(() -> assertThat(sink.number("select count(*) from documents where processing_status = 'completed'"))
        .isEqualTo(10));
    assertThat(sink.number("select count(*) from dead_letters")).isZero();
    assertThat(sink.points()).hasSize(20);
  }

  /** Two versions of one document, a deleted one, and one whose attributes change. */
  private void work() {
    sink.accepted(REPLACED, 5);
    sink.version(REPLACED, 5, 3);
    sink.accepted(DELETED, 5);
    sink.version(DELETED, 5, 2);
    sink.accepted(PATCHED, 5);
    sink.version(PATCHED, 5, 2);
    sink.send(Sink.patched(PATCHED, 7, "patched", "{\"n\": 7}"));
    sink.accepted(REPLACED, 6);
    sink.version(REPLACED, 6, 4);
    sink.send(Sink.deleted(DELETED, 9));
  }

  private void awaitTheEnd() {
    eventually(() -> {
      assertThat(sink.column("select processing_status from documents order by id")).containsExactly("completed",
          "deleted", "completed");
      assertThat(sink.column("select revision || ' ' || state from document_revisions order by document_id, revision"))
          .containsAnyOf("5 indexed", "5 superseded").contains("6 indexed", "9 deleted", "7 patched");
      assertThat(sink.column("select live_revision from document_generations order by document_id"))
          .containsExactly("6", "5");
      assertThat(sink.column("select document_id || ' ' || revision || ' ' || ordinal from chunks")).hasSize(6);
      assertThat(sink.points()).hasSize(6);
      assertThat(sink.points().stream().filter(it -> it.key().documentId().equals(PATCHED)))
          .allSatisfy(it -> assertThat(it.attributes().metadata()).containsEntry("n", 7L));
      assertThat(sink.value("select document_count || ' ' || chunk_count from knowledge_base_counters"))
          .isEqualTo("2 6");
      assertThat(sink.value("select doc_count || ' ' || storage_bytes from tenant_counters")).isEqualTo("2 20");
      assertThat(sink.number("select (select count(*) from outbox) + (select count(*) from purges)"
          + " + (select count(*) from refreshes)")).isZero();
    });
    assertThat(sink.number("select count(*) from dead_letters")).isZero();
    assertThat(sink.points().stream().map(it -> it.chunkId().toString()).sorted())
        .isEqualTo(sink.column("select id from chunks order by id::text"));
  }

  /** Everything that a second run may not change. */
  private List<String> state() {
    var state = new ArrayList<String>();
    state.addAll(sink.column("select id || processing_status || version || title from documents order by id"));
    state.addAll(sink.column("select document_id || ' ' || revision || attempt || state || coalesce(chunk_count, -1)"
        + " from document_revisions order by 1"));
    state.addAll(sink.column("select id from chunks order by id"));
    state.addAll(sink.column("select chunk_id || encode(vector, 'hex') from chunk_vectors order by chunk_id"));
    state.addAll(sink.column("select document_count || ' ' || chunk_count from knowledge_base_counters"));
    state.addAll(sink.column("select document_id || stage || revision from document_events order by seq"));
    return state;
  }

  private static void eventually(ThrowingRunnable check) {
    Awaitility.await().atMost(LIMIT).ignoreExceptions().untilAsserted(check);
  }
}
