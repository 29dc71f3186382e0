package io.selfrag.catalog.isolation;

import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The places of a tenant's points as of one moment.
 *
 * @param read where queries look; complete at any time
 * @param other the second place that is written while a migration is under way; {@code null} if none is
 */
public record Route(Place read, @Nullable Place other) {
  /** What a statement selects for {@link #of}, of the table of tenants as {@code t}. */
  public static final String COLUMNS = "t.read_place, t.other_place";

  /** A tenant that is not being moved. */
  public static Route only(Place place) {
    return new Route(place, null);
  }

  /** From a row that has {@link #COLUMNS}. */
  public static Route of(Readable row) {
    var other = row.get("other_place", String.class);
    return new Route(Place.of(Objects.requireNonNull(row.get("read_place", String.class))),
        other == null ? null : Place.of(other));
  }

  /**
   * Where everything that is written or deleted must be, in this order: what is missing in the first place once it is in the second
   * was deleted, never still to come, which is what the comparison of the two relies on.
   */
  public List<Place> writes() {
    return other == null ? List.of(read) : List.of(read, other);
  }
}
