package io.selfrag.catalog.index;

import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** Reads columns that are never null. */
final class Columns {
  private Columns() {}

  static UUID uuid(Readable row, String name) {
    return Objects.requireNonNull(row.get(name, UUID.class), name);
  }

  static String text(Readable row, String name) {
    return Objects.requireNonNull(row.get(name, String.class), name);
  }

  static List<String> texts(Readable row, String name) {
    return List.of(Objects.requireNonNull(row.get(name, String[].class), name));
  }

  static long bigint(Readable row, String name) {
    return Objects.requireNonNull(row.get(name, Long.class), name);
  }

  static int integer(Readable row, String name) {
    return Objects.requireNonNull(row.get(name, Integer.class), name);
  }
}
