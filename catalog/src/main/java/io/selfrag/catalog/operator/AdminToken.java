package io.selfrag.catalog.operator;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An operator's token as it is stored: never with its secret.
 *
 * @param prefix the first characters of the secret, so that a person tells tokens apart
 * @param createdBy the name of the token that made it
 */
public record AdminToken(UUID id, String name, String prefix, String createdBy, @Nullable Instant expiresAt,
    @Nullable Instant revokedAt, @Nullable Instant lastUsedAt, Instant createdAt) {

  /** Whether it opens anything at this time. */
  public boolean isValidAt(Instant time) {
    return revokedAt == null && (expiresAt == null || time.isBefore(expiresAt));
  }
}
