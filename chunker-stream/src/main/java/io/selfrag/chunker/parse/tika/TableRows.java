package io.selfrag.chunker.parse.tika;

import org.jspecify.annotations.Nullable;

/** Rows of the outermost table as lines; rows of nested tables become lines of it, in reading order. */
final class TableRows {
  private final boolean keepEmptyCells;
  private final StringBuilder rows = new StringBuilder();
  private final StringBuilder row = new StringBuilder();
  private final StringBuilder cell = new StringBuilder();
  private int depth;
  private int cells;
  /** Where the last cell with content ends in the row. */
  private int filled;
  private boolean grid;

  TableRows(boolean keepEmptyCells) {
    this.keepEmptyCells = keepEmptyCells;
  }

  boolean isOpen() {
    return depth > 0;
  }

  /** True if the table that was closed last had a row of two cells; one column is layout, not a table. */
  boolean isGrid() {
    return grid;
  }

  void open() {
    if (depth++ == 0) {
      grid = false;
    } else {
      row();
    }
  }

  void row() {
    cell();
    row.setLength(filled);
    if (!row.isEmpty()) {
      rows.append(row).append('\n');
    }
    row.setLength(0);
    filled = 0;
    cells = 0;
  }

  void cell() {
    String content = LinePolicy.COLLAPSE.apply(cell.toString()).replace('\n', ' ').strip();
    cell.setLength(0);
    if (content.isEmpty() && (!keepEmptyCells || (cells == 0 && row.isEmpty()))) {
      return;
    }
    if (cells++ > 0) {
      row.append(" | ");
      grid = true;
    }
    row.append(content);
    filled = content.isEmpty() ? filled : row.length();
  }

  void text(char[] characters, int start, int length) {
    cell.append(characters, start, length);
  }

  void space() {
    cell.append(' ');
  }

  /** Ends the innermost table; the lines of all rows if it was the outermost and held any. */
  @Nullable
  String close() {
    row();
    if (--depth > 0) {
      return null;
    }
    String all = rows.toString();
    rows.setLength(0);
    return all.isBlank() ? null : all;
  }

  @Nullable
  String closeAll() {
    if (depth == 0) {
      return null;
    }
    depth = 1;
    return close();
  }
}
