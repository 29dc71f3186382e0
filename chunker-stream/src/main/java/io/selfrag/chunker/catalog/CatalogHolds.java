package io.selfrag.chunker.catalog;

import io.selfrag.catalog.holds.BulkHolds;
import io.selfrag.catalog.holds.Hold;
import io.selfrag.catalog.holds.ParkedVersion;
import io.selfrag.catalog.holds.ParkedVersions;
import io.selfrag.chunker.kafka.Holds;
import io.selfrag.schemas.avro.DocumentVersion;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Holds in the catalog, read again every second: so long it takes until a pause is kept. Safe for concurrent callers. */
public final class CatalogHolds implements Holds {
  private static final Duration FRESH = Duration.ofSeconds(1);

  private final BulkHolds holds;
  private final ParkedVersions parked;
  private final InstantSource clock;
  private final Duration limit;
  private List<Hold> known = List.of();
  private @Nullable Instant read;

  public CatalogHolds(BulkHolds holds, ParkedVersions parked, InstantSource clock, Duration limit) {
    this.holds = holds;
    this.parked = parked;
    this.clock = clock;
    this.limit = limit;
  }

  @Override
  public boolean isHeld(DocumentVersion version) {
    return now().stream().anyMatch(it -> it.holds(version.getTenantId(), version.getJobId()));
  }

  private synchronized List<Hold> now() {
    var at = clock.instant();
    if (read == null || read.plus(FRESH).isBefore(at)) {
      known = Waiting.on(holds.all(), limit).orElse(List.of());
      read = at;
    }
    return known;
  }

  @Override
  public void park(DocumentVersion version, byte[] record, Map<String, String> headers) {
    Waiting.on(parked.park(new ParkedVersion(version.getTenantId(), version.getDocumentId(), version.getRevision(),
        version.getAttempt(), version.getJobId(), record, headers)), limit);
  }
}
