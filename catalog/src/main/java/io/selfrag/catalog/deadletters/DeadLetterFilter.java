package io.selfrag.catalog.deadletters;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which dead letters are meant; what is null does not matter. {@code topic} is the original one, or
 * that of the dead letters; {@code since} is included, {@code until} is not. */
public record DeadLetterFilter(@Nullable UUID tenantId, @Nullable String topic, @Nullable String stage,
    @Nullable String code, @Nullable Instant since,
    @Nullable Instant until) {
  /** Whether it says anything. */
  public boolean isEmpty() {
    return tenantId == null && topic == null && stage == null && code == null && since == null && until == null;
  }
}
