package io.selfrag.service.limits;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * How fast a bucket fills.
 *
 * @param requests tokens that come, evenly, in each period
 */
public record Rate(long requests, Duration period) {
  static final long MOST = 1_000_000_000;
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(?:/|per)(second|minute|hour|day)s?");

  public Rate {
    if (requests < 1 || requests > MOST || !period.isPositive()) {
      throw new IllegalArgumentException(requests + " in " + period);
    }
  }

  /** So many a minute. */
  public static Rate perMinute(long requests) {
    return new Rate(requests, Duration.ofMinutes(1));
  }

  /**
   * Reads {@code 120/minute}, in lower case and without blanks.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static Rate parse(String text) {
    var found = FORM.matcher(text);
    if (!found.matches()) {
      throw new IllegalArgumentException(text);
    }
    return new Rate(Long.parseLong(found.group(1)), switch (found.group(2)) {
      case "second" -> Duration.ofSeconds(1);
      case "hour" -> Duration.ofHours(1);
      case "day" -> Duration.ofDays(1);
      default -> Duration.ofMinutes(1);
    });
  }
}
