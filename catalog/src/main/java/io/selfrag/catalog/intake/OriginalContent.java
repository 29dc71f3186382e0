package io.selfrag.catalog.intake;

import org.jspecify.annotations.Nullable;

/** Which original bytes belong to a document. */
public record OriginalContent(byte[] sha256, long sizeBytes, @Nullable String fileName, @Nullable String mediaType) {}
