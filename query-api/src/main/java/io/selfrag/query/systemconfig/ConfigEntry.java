package io.selfrag.query.systemconfig;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A key as it is now.
 *
 * @param value in force: a text, a number, a truth, or null; {@link #MASK} in place of a secret
 * @param updatedAt when an operator set what is stored; null if nothing is
 * @param updatedBy the name of that operator's token
 * @param error why what is stored is not in force; null if it is
 */
public record ConfigEntry(ConfigKey key, @Nullable Object value, Source source, @Nullable Instant updatedAt,
    @Nullable String updatedBy, @Nullable String error) {
  /** Says that there is a secret, and nothing of it. */
  public static final String MASK = "********";

  /** Where the value in force comes from. */
  public enum Source {
    ENV, DATABASE, DEFAULT;

    /** As it is answered. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
