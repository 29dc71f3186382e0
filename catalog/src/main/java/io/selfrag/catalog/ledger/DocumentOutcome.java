package io.selfrag.catalog.ledger;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a document stands.
 *
 * @param liveSha256 of the content that queries see, in lower-case hexadecimal digits; {@code null} if they see none
 */
public record DocumentOutcome(UUID id, String processingStatus, @Nullable String errorCode,
    @Nullable String liveSha256) {}
