package io.selfrag.service.health;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A component's state at one moment.
 *
 * @param message for an operator; null if there is nothing to say
 * @param lastProgress when it last finished a piece of work; null if it has none to finish
 * @param lag how much waits for it; null if nothing can
 */
public record ComponentHealth(HealthStatus status, @Nullable String message, @Nullable Instant lastProgress,
    @Nullable Long lag) {
  /** Of something that nothing waits for. */
  public ComponentHealth(HealthStatus status, @Nullable String message, @Nullable Instant lastProgress) {
    this(status, message, lastProgress, null);
  }

  public static ComponentHealth ok() {
    return new ComponentHealth(HealthStatus.OK, null, null);
  }

  public static ComponentHealth degraded(String message) {
    return new ComponentHealth(HealthStatus.DEGRADED, message, null);
  }

  public static ComponentHealth down(String message) {
    return new ComponentHealth(HealthStatus.DOWN, message, null);
  }
}
