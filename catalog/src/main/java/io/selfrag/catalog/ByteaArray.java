package io.selfrag.catalog;

import java.util.Collection;
import java.util.HexFormat;
import java.util.function.Function;

/**
 * Binds many byte strings as one parameter. The driver's own {@code ByteBuffer[]} loses the backslash of PostgreSQL's hex form on
 * its way through the array literal and stores the hex digits as text; an array of text keeps it. In SQL the parameter is cast
 * {@code ::text[]::bytea[]}.
 */
public final class ByteaArray {
  private static final String HEX_FORM = "\\x";

  private ByteaArray() {}

  /** One element a row, in the rows' order. */
  public static <T> String[] of(Collection<T> rows, Function<T, byte[]> bytes) {
    return rows.stream().map(row -> HEX_FORM + HexFormat.of().formatHex(bytes.apply(row))).toArray(String[]::new);
  }
}
