package io.selfrag.ingest.accept;

import static io.selfrag.schemas.Lane.BULK;
import static io.selfrag.schemas.Lane.INTERACTIVE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LaneChoiceTest {
  @Test
  void s20WhatIsLargerThanTheLimitTakesTheBulkLaneAndLeavesThePlaceToOthers() {
    assertThat(assign(1, 0, 10L, 11L, 10L)).containsExactly(INTERACTIVE, BULK, BULK);
    assertThat(assign(2, 0, 11L, 10L, 10L, 10L)).containsExactly(BULK, INTERACTIVE, INTERACTIVE, BULK);
  }

  @Test
  void s20ATenantWithAsManyInFlightAsMayBeGoesToBulk() {
    assertThat(assign(50, 49, 1L, 1L)).containsExactly(INTERACTIVE, BULK);
    assertThat(assign(50, 50, 1L)).containsExactly(BULK);
    assertThat(assign(0, 0, 1L)).containsExactly(BULK);
  }

  private static List<io.selfrag.schemas.Lane> assign(int maxInFlight, int inFlight, Long... sizes) {
    // The database is asked by another method.
    return new LaneChoice(null, maxInFlight, 10).assign(inFlight, List.of(sizes));
  }
}
