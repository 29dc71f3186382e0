package io.selfrag.catalog.holds;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A version that is held back, with its record as it was.
 *
 * @param jobId null if it belongs to none
 */
public record ParkedVersion(UUID tenantId, UUID documentId, long revision, int attempt, @Nullable UUID jobId,
    byte[] value, Map<String, String> headers) {
  public ParkedVersion {
    headers = Map.copyOf(headers);
  }
}
