package io.selfrag.ingest.bulk;

import io.selfrag.schemas.ErrorCode;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of one document of a batch.
 *
 * @param documentId null where it is not known
 * @param code null on success
 */
public record ItemResult(long number, @Nullable String title, @Nullable UUID documentId, @Nullable ErrorCode code,
    @Nullable String error) {
  static ItemResult accepted(long number, String title, UUID documentId) {
    return new ItemResult(number, title, documentId, null, null);
  }

  public boolean isSuccess() {
    return code == null;
  }
}
