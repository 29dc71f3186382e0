package io.selfrag.indexer.sweep;

import io.selfrag.schemas.SelfRagException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a sweeper has taken to itself: a failure of one piece does not keep the others from being done, an outage does, since it
 * would meet them all.
 *
 * @param <T> a piece of work
 */
final class Claimed<T> {
  private final List<T> done = new ArrayList<>();
  private final List<T> undone;

  Claimed(List<T> all) {
    this.undone = new ArrayList<>(all);
  }

  /** Does one after the other; throws the first failure in the end. */
  void each(Consumer<T> work) {
    RuntimeException failure = null;
    for (T it : List.copyOf(undone)) {
      try {
        work.accept(it);
        undone.remove(it);
        done.add(it);
      } catch (RuntimeException e) {
        failure = first(failure, e);
        if (e instanceof SelfRagException ours && ours.isTransient()) {
          break;
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  List<T> done() {
    return done;
  }

  List<T> undone() {
    return undone;
  }

  private static RuntimeException first(@Nullable RuntimeException before, RuntimeException now) {
    if (before == null) {
      return now;
    }
    before.addSuppressed(now);
    return before;
  }
}
