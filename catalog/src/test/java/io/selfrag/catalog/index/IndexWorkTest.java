package io.selfrag.catalog.index;

import static io.selfrag.catalog.index.Fixtures.DOCUMENT;
import static io.selfrag.catalog.index.Fixtures.base;
import static io.selfrag.catalog.index.Fixtures.chunks;
import static io.selfrag.catalog.index.Fixtures.delete;
import static io.selfrag.catalog.index.Fixtures.document;
import static io.selfrag.catalog.index.Fixtures.fences;
import static io.selfrag.catalog.index.Fixtures.interrupt;
import static io.selfrag.catalog.index.Fixtures.patch;
import static io.selfrag.catalog.index.Fixtures.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.catalog.index.FenceView.RevisionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IndexWorkTest {
  private static final FenceView FRESH = fences(base("active", "active"), document(), Map.of());

  @Test
  void aChunkThatComesTwiceInABatchIsWrittenOnce() {
    var twice = Stream.of(chunks(version(5, 0), 2), chunks(version(5, 0), 2)).flatMap(List::stream).toList();

    var work = IndexWork.decide(twice, FRESH);

    assertThat(work.admitted()).extracting(ChunkRow::ordinal).containsExactly(0, 1);
    assertThat(work.announced()).containsExactly(Map.entry(version(5, 0), 2));
  }

  @Test
  void aDeleteOfTheBatchFencesItsChunksWhereverItStands() {
    var changes = new ArrayList<>(chunks(version(5, 0), 1));
    changes.add(delete(DOCUMENT, 10));
    changes.addAll(chunks(version(9, 0), 1));
    changes.addAll(chunks(version(11, 0), 1));

    var work = IndexWork.decide(changes, FRESH);

    assertThat(work.late()).containsOnly(Map.entry(version(5, 0), Verdict.DELETED),
        Map.entry(version(9, 0), Verdict.DELETED));
    assertThat(work.announced()).containsOnlyKeys(version(11, 0));
  }

  @Test
  void ofSeveralDeletesTheHighestCountsAndAllEnd() {
    var work = IndexWork.decide(List.of(delete(DOCUMENT, 12), delete(DOCUMENT, 10)), FRESH);

    assertThat(work.deletes().values()).extracting(IndexChange.Delete::revision).containsExactly(12L);
    assertThat(work.ended()).extracting(IndexChange::revision).containsExactly(12L, 10L);
  }

  @Test
  void ofSeveralInterruptsTheHighestAttemptCountsToo() {
    var again = new IndexChange.Interrupt(Fixtures.TENANT, Fixtures.KB, DOCUMENT, 7, 2, Map.of());

    var work = IndexWork.decide(List.of(interrupt(DOCUMENT, 7), again), FRESH);

    assertThat(work.interrupts().values()).containsExactly(again);
  }

  @Test
  void whatIsOfAnUnknownOrForeignDocumentIsLeftAlone() {
    var stranger = new UUID(9, 9);
    var foreign = new IndexChange.Delete(stranger, Fixtures.KB, DOCUMENT, 10, 0, Map.of());

    var work = IndexWork.decide(
        List.of(delete(stranger, 10), interrupt(stranger, 7), patch(stranger, 7, "t", "{}"), foreign), FRESH);

    assertThat(work.deletes()).isEmpty();
    assertThat(work.interrupts()).isEmpty();
    assertThat(work.patches()).isEmpty();
    assertThat(work.fences().document(DOCUMENT)).isEqualTo(document());
  }

  @Test
  void aVersionIsCompleteWhenEveryOrdinalIsThereWhicheverCameLast() {
    var work = IndexWork.decide(chunks(version(5, 0), 3, 2), FRESH);

    assertThat(work.complete(Map.of(version(5, 0), 2))).isEmpty();
    assertThat(work.complete(Map.of(version(5, 0), 3))).containsExactly(version(5, 0));
  }

  @Test
  void S12anOverdueRevisionIsSortedByWhatItLacks() {
    var live = document().withLive(Map.of(1, new Live(5, 0, 3)));
    var ledger = Map.of(new RevisionId(DOCUMENT, 5), new RevisionFence(0, "processing"));
    var fences = fences(base("active", "active"), live, ledger);

    var work = IndexWork.decide(List.of(new IndexChange.Reconsider(version(4, 0), 3),
        new IndexChange.Reconsider(version(5, 0), 3), new IndexChange.Reconsider(version(6, 0), null),
        new IndexChange.Reconsider(version(7, 0), 0), new IndexChange.Reconsider(version(8, 0), 3)), fences);

    assertThat(work.late()).containsOnly(Map.entry(version(4, 0), Verdict.SUPERSEDED));
    assertThat(work.overdue().live()).containsExactly(version(5, 0));
    assertThat(work.overdue().uncounted()).containsExactly(version(6, 0));
    assertThat(work.overdue().empty()).containsExactly(version(7, 0));
    assertThat(work.announced()).containsExactly(Map.entry(version(8, 0), 3));
    assertThat(work.admitted()).isEmpty();
  }
}
