package io.selfrag.indexer.sweep;

import org.jspecify.annotations.Nullable;

/**
 * What a sweep came to.
 *
 * @param done how much; where that is not 0 there may be more
 * @param complaint what is not as it should be; null if all is well
 */
public record Swept(int done, @Nullable String complaint) {
  /** A sweep without complaint. */
  public static Swept of(int done) {
    return new Swept(done, null);
  }
}
