package io.selfrag.catalog.idempotency;

import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What came of asking to do the work under a key. */
public sealed interface Claim {
  /**
   * The work is the caller's to do.
   *
   * @param leaseUntil names this claim: a later one of the same key has another
   */
  record Granted(OffsetDateTime leaseUntil) implements Claim {}

  /**
   * It was done before.
   *
   * @param response JSON, secrets left out
   */
  record Done(int status, @Nullable String response, @Nullable UUID resourceId) implements Claim {}

  /** Another request is doing it. */
  record InProgress() implements Claim {}

  /** The key came with another body. */
  record OtherBody() implements Claim {}
}
