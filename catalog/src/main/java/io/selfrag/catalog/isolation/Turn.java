package io.selfrag.catalog.isolation;

import io.selfrag.catalog.isolation.Migration.State;
import org.jspecify.annotations.Nullable;

/** What becomes of a tenant's route, decided from its rows alone. */
enum Turn {
  /** All is as wanted, or what is under way must end first. */
  STAY,
  /** There is nothing to move: look and write elsewhere from now on. */
  JUMP,
  /** Write both places and begin to copy. */
  START,
  /** Leave the place that was being copied to; where queries look never changed. */
  GIVE_UP,
  /** Queries look in the new place already: copy from there to the old one, which is written all the time. */
  GO_BACK;

  /**
   * What a tenant's rows say.
   *
   * @param strategy partition, collection or auto
   * @param points those that queries can find
   * @param threshold from how many on {@code auto} gives a tenant collections of its own; {@code null} if who asks does not decide that
   */
  record Standing(String strategy, Place read, @Nullable State state, @Nullable Place target, boolean hasDocuments,
      long points, @Nullable Long threshold) {}

  static Turn of(Standing it) {
    Place wanted = wanted(it);
    if (wanted == null || it.state == State.PURGING) {
      return STAY;
    }
    if (it.state == null) {
      return wanted == it.read ? STAY : it.hasDocuments ? START : JUMP;
    }
    if (wanted == it.target) {
      return STAY;
    }
    return it.state == State.SWITCHED ? GO_BACK : GIVE_UP;
  }

  /** The place that the strategy asks for; {@code null} if it asks for none now. */
  private static @Nullable Place wanted(Standing it) {
    if (!it.strategy.equals("auto")) {
      return Place.of(it.strategy);
    }
    var threshold = it.threshold;
    // What auto has begun ends before it is looked at again, or a tenant at the threshold would go to and fro.
    if (threshold == null || it.state != null) {
      return null;
    }
    return switch (it.read) {
      case PARTITION -> it.points >= threshold ? Place.COLLECTION : it.read;
      case COLLECTION -> it.points < threshold / 2.0 ? Place.PARTITION : it.read;
    };
  }
}
