package io.selfrag.ingest.accept;

import io.selfrag.catalog.intake.DocumentAttributes;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A document with its id decided and its content at hand; checked against all bounds. */
public record IncomingDocument(UUID documentId, @Nullable String externalId, DocumentAttributes attributes,
    Content content, @Nullable String fileName, @Nullable String mediaType) {}
