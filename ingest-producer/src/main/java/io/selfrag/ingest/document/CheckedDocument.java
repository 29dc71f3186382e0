package io.selfrag.ingest.document;

import io.selfrag.catalog.intake.DocumentAttributes;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A document whose fields are within all bounds.
 *
 * @param content null where it comes from {@code sourceUrl} or as a file
 */
public record CheckedDocument(DocumentAttributes attributes, @Nullable String content, @Nullable URI sourceUrl,
    @Nullable String externalId, @Nullable UUID documentId, @Nullable Duration waitLimit) {}
