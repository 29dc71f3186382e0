package io.selfrag.catalog.intake;

import io.selfrag.schemas.Lane;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A document's content and attributes, about to be accepted.
 *
 * @param externalId if present, {@code documentId} is the one that follows from it (S4)
 * @param sha256 of the original bytes
 * @param jobId the ingest job it belongs to
 */
public record DocumentDraft(UUID documentId, @Nullable String externalId, DocumentAttributes attributes, byte[] sha256,
    long sizeBytes, @Nullable String fileName, @Nullable String mediaType, Lane lane, @Nullable UUID jobId) {}
