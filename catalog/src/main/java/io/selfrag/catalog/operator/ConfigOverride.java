package io.selfrag.catalog.operator;

import java.time.Instant;

/**
 * A setting that an operator made while the system ran.
 *
 * @param value as text; of a secret, what it was encrypted to
 * @param updatedBy name of the operator's token
 */
public record ConfigOverride(String key, String value, String updatedBy, Instant updatedAt) {
  /** Without the value, which may be a secret. */
  @Override
  public String toString() {
    return "ConfigOverride[" + key + "]";
  }
}
