package io.selfrag.standalone.doctor;

import java.time.Duration;
import java.util.Locale;

/** Quantities as a person reads them. */
final class Said {
  private static final long GIB = 1L << 30;
  private static final long MIB = 1L << 20;
  private static final int HOURS_OF_A_DAY = 24;
  private static final int SECONDS_OF_TWO_MINUTES = 120;
  private static final int MINUTES_OF_TWO_HOURS = 120;

  private Said() {}

  static String bytes(long bytes) {
    return bytes >= GIB
        ? String.format(Locale.ROOT, "%.1f GiB", (double) bytes / GIB)
        : String.format(Locale.ROOT, "%.1f MiB", (double) bytes / MIB);
  }

  static String time(Duration time) {
    if (time.toSeconds() < SECONDS_OF_TWO_MINUTES) {
      return time.toSeconds() + " s";
    }
    if (time.toMinutes() < MINUTES_OF_TWO_HOURS) {
      return time.toMinutes() + " min";
    }
    return time.toHours() < 2 * HOURS_OF_A_DAY ? time.toHours() + " h" : time.toDays() + " days";
  }
}
