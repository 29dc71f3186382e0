package io.selfrag.catalog.intake;

import java.util.UUID;

/** One accepted change of a document. */
public record RevisionKey(UUID documentId, long revision) {}
