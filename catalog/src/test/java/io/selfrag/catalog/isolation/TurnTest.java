package io.selfrag.catalog.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.catalog.isolation.Migration.State;
import io.selfrag.catalog.isolation.Turn.Standing;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TurnTest {
  private static final long THRESHOLD = 10;

  @Test
  void S26whatIsWhereItShouldBeStays() {
    assertThat(resting("partition", Place.PARTITION, 99)).isEqualTo(Turn.STAY);
    assertThat(resting("collection", Place.COLLECTION, 0)).isEqualTo(Turn.STAY);
  }

  @Test
  void S26anotherStrategyStartsAMigrationOrJumpsWhereThereIsNothingToMove() {
    assertThat(resting("collection", Place.PARTITION, 1)).isEqualTo(Turn.START);
    assertThat(resting("partition", Place.COLLECTION, 1)).isEqualTo(Turn.START);
    assertThat(Turn.of(new Standing("collection", Place.PARTITION, null, null, false, 0, THRESHOLD)))
        .isEqualTo(Turn.JUMP);
  }

  @Test
  void S26autoGoesAtTheThresholdAndComesBackBelowHalfOfIt() {
    assertThat(resting("auto", Place.PARTITION, 9)).isEqualTo(Turn.STAY);
    assertThat(resting("auto", Place.PARTITION, 10)).isEqualTo(Turn.START);
    assertThat(resting("auto", Place.COLLECTION, 5)).isEqualTo(Turn.STAY);
    assertThat(resting("auto", Place.COLLECTION, 4)).isEqualTo(Turn.START);
    assertThat(Turn.of(new Standing("auto", Place.PARTITION, null, null, true, 99, null)))
        .as("who does not know the threshold leaves it").isEqualTo(Turn.STAY);
  }

  @Test
  void S26whatIsUnderWayIsTurnedBackUntilTheOldPlaceIsLeft() {
    assertThat(moving("partition", Place.PARTITION, State.COPYING, Place.COLLECTION)).isEqualTo(Turn.GIVE_UP);
    assertThat(moving("partition", Place.PARTITION, State.VERIFYING, Place.COLLECTION)).isEqualTo(Turn.GIVE_UP);
    assertThat(moving("partition", Place.COLLECTION, State.SWITCHED, Place.COLLECTION)).isEqualTo(Turn.GO_BACK);
    assertThat(moving("partition", Place.COLLECTION, State.PURGING, Place.COLLECTION)).isEqualTo(Turn.STAY);
    assertThat(moving("collection", Place.PARTITION, State.COPYING, Place.COLLECTION)).isEqualTo(Turn.STAY);
    assertThat(moving("auto", Place.PARTITION, State.COPYING, Place.COLLECTION)).as("auto lets it end")
        .isEqualTo(Turn.STAY);
  }

  private static Turn resting(String strategy, Place read, long points) {
    return Turn.of(new Standing(strategy, read, null, null, true, points, THRESHOLD));
  }

  private static Turn moving(String strategy, Place read, @Nullable State state, Place target) {
    return Turn.of(new Standing(strategy, read, state, target, true, 1, THRESHOLD));
  }
}
