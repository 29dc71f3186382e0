package io.selfrag.catalog;

import io.r2dbc.spi.Readable;
import java.util.Objects;

/** Reads columns that are never null. */
public final class RequiredColumn {
  private RequiredColumn() {}

  /**
   * The value of a column.
   *
   * @throws NullPointerException naming the column, if it is null after all
   */
  public static <T> T required(Readable row, String column, Class<T> type) {
    return Objects.requireNonNull(row.get(column, type), column);
  }
}
