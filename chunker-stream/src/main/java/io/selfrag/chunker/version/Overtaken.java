package io.selfrag.chunker.version;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Which versions need not be processed because a newer one of their document waits behind them (S25). A document that changes
 * all the time is still let through every {@link #FRESH}, or it would stay stale for ever. Only a hint, kept in memory: what it
 * does not know is processed. Safe for concurrent callers.
 */
public final class Overtaken {
  static final Duration FRESH = Duration.ofSeconds(30);
  private static final int MAX_DOCUMENTS = 50_000;

  private final Map<UUID, Long> newest = new Recent<>();
  private final Map<UUID, Instant> letThrough = new Recent<>();

  /** A revision of the document is on its way to be processed. */
  public synchronized void queued(UUID documentId, long revision) {
    newest.merge(documentId, revision, Math::max);
  }

  /** It will not be live after all. */
  public synchronized void gaveUp(UUID documentId, long revision) {
    newest.remove(documentId, revision);
  }

  /** Whether the version may be dropped; if not, it is taken to be processed now. */
  public synchronized boolean mayDrop(UUID documentId, long revision, Instant now) {
    Long latest = newest.get(documentId);
    Instant last = letThrough.get(documentId);
    if (latest != null && latest > revision && last != null && last.plus(FRESH).isAfter(now)) {
      return true;
    }
    letThrough.put(documentId, now);
    return false;
  }

  /** Forgets those that were not touched for longest. */
  private static final class Recent<V> extends LinkedHashMap<UUID, V> {
    private static final long serialVersionUID = 1L;

    Recent() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<UUID, V> eldest) {
      return size() > MAX_DOCUMENTS;
    }
  }
}
