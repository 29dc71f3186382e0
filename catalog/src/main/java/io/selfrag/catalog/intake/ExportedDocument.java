package io.selfrag.catalog.intake;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an export says of a document, without its text.
 *
 * @param originalParts null if the original is not kept
 */
public record ExportedDocument(UUID tenantId, UUID id, @Nullable String externalId, DocumentAttributes attributes,
    int version, int generation, long revision, int attempt, int chunkCount, Instant createdAt, Instant updatedAt,
    byte[] sha256, long sizeBytes, @Nullable String fileName, @Nullable String mediaType,
    @Nullable Integer originalParts) {
  /** Whether the other is the same version of the document, in the same generation. */
  public boolean isVersionOf(ExportedDocument other) {
    return generation == other.generation && revision == other.revision && attempt == other.attempt;
  }
}
