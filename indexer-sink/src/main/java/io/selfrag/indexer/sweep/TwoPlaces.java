package io.selfrag.indexer.sweep;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.VectorStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's points of one model in two collections, of which the second is to become like the first, page by page, while both are
 * written. Everyone writes and deletes in the first before the second (S26): so what the second holds and the first, read after it,
 * does not, was deleted. What is written here from an older state of the first is seen to be so by reading both again, until
 * they are the same.
 */
final class TwoPlaces {
  private static final int PAGE = 500;
  /** A page that is changed all the time is left for the next sweep. */
  private static final int TRIES = 10;

  private final VectorStore store;
  private final UUID tenant;
  private final CollectionSpec first;
  private final CollectionSpec second;

  TwoPlaces(VectorStore store, UUID tenant, CollectionSpec first, CollectionSpec second) {
    this.store = store;
    this.tenant = tenant;
    this.first = first;
    this.second = second;
  }

  /**
   * What a page came to.
   *
   * @param last where the next one begins; {@code null} if there is none
   * @param points of the first
   * @param mended points of the second that were missing, others or too many
   */
  record Page(@Nullable UUID last, int points, int mended) {}

  /**
   * Makes the points behind the given one the same in both, as many as make a page of the first.
   *
   * @param atOnce false: only what differs twice in a row, since what is written at this moment is in one place before the other
   */
  Page mend(@Nullable UUID after, boolean atOnce) {
    var page = store.scroll(first, new PointSelection.OfTenant(tenant), Optional.ofNullable(after), PAGE);
    var last = page.size() < PAGE ? null : page.getLast().chunkId();
    int mended = 0;
    var before = Set.<UUID>of();
    for (int attempt = 0; attempt < TRIES; attempt++) {
      var copies = upTo(second, after, last);
      var originals = upTo(first, after, last);
      var outdated = originals.values().stream().filter(it -> !same(it, copies.get(it.chunkId()))).toList();
      var surplus = copies.keySet().stream().filter(it -> !originals.containsKey(it)).toList();
      if (outdated.isEmpty() && surplus.isEmpty()) {
        return new Page(last, originals.size(), mended);
      }
      var seen = before;
      mended += mend(outdated.stream().filter(it -> atOnce || seen.contains(it.chunkId())).toList(),
          surplus.stream().filter(it -> atOnce || seen.contains(it)).toList());
      before = Stream.concat(outdated.stream().map(Point::chunkId), surplus.stream()).collect(Collectors.toSet());
    }
    throw new SelfRagException(ErrorCode.STORE_UNAVAILABLE,
        "a page of points does not stay the same in two collections");
  }

  private int mend(List<Point> outdated, List<UUID> surplus) {
    if (!outdated.isEmpty()) {
      store.upsert(second, outdated);
    }
    for (int from = 0; from < surplus.size(); from += PAGE) {
      store.delete(second, new PointSelection.OfPoints(tenant,
          Set.copyOf(surplus.subList(from, Math.min(surplus.size(), from + PAGE)))));
    }
    return outdated.size() + surplus.size();
  }

  private static boolean same(Point original, @Nullable Point copy) {
    return copy != null && original.key().equals(copy.key()) && original.attributes().equals(copy.attributes())
        && original.indexText().equals(copy.indexText());
  }

  /** The points behind one and up to another, or all that follow. */
  private Map<UUID, Point> upTo(CollectionSpec collection, @Nullable UUID after, @Nullable UUID last) {
    var found = new HashMap<UUID, Point>();
    Optional<UUID> from = Optional.ofNullable(after);
    List<Point> page;
    do {
      page = store.scroll(collection, new PointSelection.OfTenant(tenant), from, PAGE);
      for (Point point : page) {
        if (last != null && point.chunkId().toString().compareTo(last.toString()) > 0) {
          return found;
        }
        found.put(point.chunkId(), point);
        from = Optional.of(point.chunkId());
      }
    } while (page.size() == PAGE);
    return found;
  }
}
