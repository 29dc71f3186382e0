package io.selfrag.catalog.audit;

import io.selfrag.catalog.audit.AuditLog.Entry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where in the log a page ended, so that the next begins there whatever was added meanwhile.
 *
 * @param at of the page's last record, in whole microseconds
 * @param id of the same
 */
public record AuditPlace(Instant at, long id) {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,17})-(\\d{1,18})");

  static AuditPlace of(Entry entry) {
    return new AuditPlace(entry.record().at(), entry.id());
  }

  /** Reads what {@link #toString} gave; empty if it is something else. */
  public static Optional<AuditPlace> parse(String text) {
    var parts = TEXT.matcher(text);
    return parts.matches()
        ? Optional.of(new AuditPlace(Instant.EPOCH.plus(Long.parseLong(parts.group(1)), ChronoUnit.MICROS),
            Long.parseLong(parts.group(2))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, at) + "-" + id;
  }
}
