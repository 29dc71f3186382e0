package io.selfrag.service.health;

import java.util.Locale;

/** How well a component does. */
public enum HealthStatus {
  OK, DEGRADED, DOWN;

  /** As it is written in answers. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The worse of two. */
  public HealthStatus worse(HealthStatus other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
