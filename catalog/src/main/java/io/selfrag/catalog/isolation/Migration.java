package io.selfrag.catalog.isolation;

import static io.selfrag.catalog.RequiredColumn.required;

import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How far a tenant's points have come on their way to another place.
 *
 * @param target where they will be in the end
 * @param total points there were to copy when it began
 * @param copied points copied so far, those that were written meanwhile included
 * @param updatedAt when it last came further
 */
public record Migration(Place target, State state, long total, long copied, Instant startedAt, Instant updatedAt) {
  /** What a statement selects for {@link #of}, of the table of migrations as {@code m}; left-joined is well. */
  public static final String COLUMNS = """
      m.target as move_target, m.state as move_state, m.total as move_total, m.copied as move_copied,
      m.started_at as move_started_at, m.updated_at as move_updated_at
      """;

  /** The steps, in this order. Both places are written in all but the last. */
  public enum State {
    /** Queries look in the old place; points are copied to the new one. */
    COPYING,
    /** As before; the two are compared and what differs is mended. */
    VERIFYING,
    /** Queries look in the new place; the old one is kept for those that began before. */
    SWITCHED,
    /** The new place alone is in use; the old one is emptied. */
    PURGING;

    /** As it is written in rows and answers. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State of(String wireName) {
      return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
  }

  /** From a row that has {@link #COLUMNS}; {@code null} if none is under way. */
  public static @Nullable Migration of(Readable row) {
    var state = row.get("move_state", String.class);
    return state == null
        ? null
        : new Migration(Place.of(required(row, "move_target", String.class)), State.of(state),
            required(row, "move_total", Long.class), required(row, "move_copied", Long.class),
            required(row, "move_started_at", OffsetDateTime.class).toInstant(),
            required(row, "move_updated_at", OffsetDateTime.class).toInstant());
  }
}
