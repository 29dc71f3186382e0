package io.selfrag.vectorstore.lucene;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the number of open indexes within a limit, however many tenants have one: each takes files, mapped memory and some heap.
 * The one that was not used for the longest time is closed first and opens again with its next use.
 */
final class OpenIndexes {
  private final int limit;
  private final Set<LuceneCollection> open = ConcurrentHashMap.newKeySet();

  OpenIndexes(int limit) {
    this.limit = limit;
  }

  /** Makes room for an index that was just opened. One that is being written stays open, beyond the limit if need be. */
  void opened(LuceneCollection collection) throws IOException {
    open.add(collection);
    open.removeIf(other -> !other.isOpen());
    for (LuceneCollection idle : leastRecentlyUsed(open.size() - limit, collection)) {
      if (idle.rest()) {
        open.remove(idle);
      }
    }
  }

  private List<LuceneCollection> leastRecentlyUsed(int count, LuceneCollection butNot) {
    return count <= 0
        ? List.of()
        : open.stream().filter(other -> other != butNot).sorted(Comparator.comparingLong(LuceneCollection::lastUse))
            .limit(count).toList();
  }

  int count() {
    open.removeIf(other -> !other.isOpen());
    return open.size();
  }
}
