package io.selfrag.catalog.index;

import static io.selfrag.catalog.index.Fixtures.DOCUMENT;
import static io.selfrag.catalog.index.Fixtures.base;
import static io.selfrag.catalog.index.Fixtures.chunks;
import static io.selfrag.catalog.index.Fixtures.document;
import static io.selfrag.catalog.index.Fixtures.fences;
import static io.selfrag.catalog.index.Fixtures.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.catalog.index.Counters.Change;
import io.selfrag.catalog.index.DocumentRows.Hidden;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FlipPlanTest {
  private static final KnowledgeBaseFence OPEN = base("active", "active");

  @Test
  void ofTwoCompleteVersionsTheNewerFlipsAndTheOlderIsLate() {
    var plan = plan(OPEN, document(), Map.of(version(5, 0), 2, version(6, 0), 2));

    assertThat(plan.versions()).containsExactly(version(6, 0));
    assertThat(plan.allLate(Map.of())).containsExactly(Map.entry(version(5, 0), Verdict.SUPERSEDED));
    assertThat(plan.chunkCounts()).containsExactly(2);
  }

  @Test
  void anIncompleteVersionWaits() {
    var plan = plan(OPEN, document(), Map.of(version(5, 0), 1, version(6, 0), 2));

    assertThat(plan.versions()).containsExactly(version(6, 0));
    assertThat(plan.incomplete()).containsExactly(version(5, 0));
  }

  @Test
  void S19aKnowledgeBaseThatSwitchesWithholdsItsFlips() {
    var plan = plan(base("switching", "active"), document(), Map.of(version(5, 0), 2));

    assertThat(plan.versions()).isEmpty();
    assertThat(plan.withheld()).containsExactly(version(5, 0));
  }

  @Test
  void eachGenerationFlipsForItselfAndOnlyTheLiveOneIsNumbered() {
    var other = version(DOCUMENT, 2, 5, 0);
    var plan = plan(OPEN, document(), Map.of(version(5, 0), 2, other, 2));

    assertThat(plan.versions()).containsExactly(version(5, 0), other);
    assertThat(plan.raises()).containsExactly(1, 0);
  }

  @Test
  void theCountersGrowByADocumentOnceAndByTheDifferenceAfterwards() {
    var replaced = document().withLive(Map.of(1, new Live(4, 0, 7)));

    assertThat(plan(OPEN, document(), Map.of(version(5, 0), 2)).counterChange(version(5, 0), List.of()))
        .isEqualTo(new Change(1, 2));
    assertThat(plan(OPEN, replaced, Map.of(version(5, 0), 2)).counterChange(version(5, 0), List.of()))
        .isEqualTo(new Change(0, -5));
    assertThat(plan(OPEN, replaced, Map.of(version(5, 0), 2)).counterChange(version(5, 0),
        List.of(new Hidden(DOCUMENT, 1, 7)))).isEqualTo(new Change(1, 2));
  }

  private static FlipPlan plan(KnowledgeBaseFence base, DocumentFence document, Map<Version, Integer> present) {
    var changes = new ArrayList<IndexChange>();
    present.keySet().forEach(it -> changes.addAll(chunks(it, 2)));
    return FlipPlan.of(IndexWork.decide(changes, fences(base, document, Map.of())), present);
  }
}
