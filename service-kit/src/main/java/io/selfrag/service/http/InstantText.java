package io.selfrag.service.http;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/** Points in time as the contract writes them: ISO 8601, years 1 to 9999. The JDK also takes years that no database holds. */
public final class InstantText {
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private InstantText() {}

  /**
   * @throws IllegalArgumentException if it is none
   */
  public static Instant parse(String text) {
    try {
      var instant = DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text.strip(), Instant::from);
      if (instant.isBefore(FIRST) || instant.isAfter(LAST)) {
        throw new IllegalArgumentException("must be a time between the years 1 and 9999");
      }
      return instant;
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("must be a time as in 2026-01-31T12:00:00Z", e);
    }
  }
}
