package io.selfrag.catalog.tenant;

import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;

/** Reads columns and binds values, nulls included. */
final class Sql {
  private Sql() {}

  static UUID id(Readable row, String column) {
    return Objects.requireNonNull(row.get(column, UUID.class), column);
  }

  static String text(Readable row, String column) {
    return Objects.requireNonNull(row.get(column, String.class), column);
  }

  static int number(Readable row, String column) {
    return Objects.requireNonNull(row.get(column, Integer.class), column);
  }

  static long longNumber(Readable row, String column) {
    return Objects.requireNonNull(row.get(column, Long.class), column);
  }

  static Instant time(Readable row, String column) {
    return Objects.requireNonNull(timeOrNull(row, column), column);
  }

  static @Nullable Instant timeOrNull(Readable row, String column) {
    var value = row.get(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }

  static @Nullable List<UUID> idsOrNull(Readable row, String column) {
    var value = row.get(column, UUID[].class);
    return value == null ? null : List.of(value);
  }

  static <T> GenericExecuteSpec bind(GenericExecuteSpec statement, String name, @Nullable T value, Class<T> type) {
    return value == null ? statement.bindNull(name, type) : statement.bind(name, value);
  }

  static GenericExecuteSpec bindTime(GenericExecuteSpec statement, String name, @Nullable Instant value) {
    return bind(statement, name, value == null ? null : value.atOffset(ZoneOffset.UTC), OffsetDateTime.class);
  }

  static GenericExecuteSpec bindIds(GenericExecuteSpec statement, String name, @Nullable List<UUID> value) {
    return bind(statement, name, value == null ? null : value.toArray(UUID[]::new), UUID[].class);
  }
}
