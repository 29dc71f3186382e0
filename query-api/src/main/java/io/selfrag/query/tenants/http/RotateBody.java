package io.selfrag.query.tenants.http;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a key is rotated.
 *
 * @param graceSeconds for which the old secret still works
 */
record RotateBody(@Nullable @Min(0) @Max(604_800) Integer graceSeconds) {
  static Duration grace(@Nullable RotateBody body) {
    return body == null || body.graceSeconds() == null ? Duration.ZERO : Duration.ofSeconds(body.graceSeconds());
  }
}
