package io.selfrag.bench.measure;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns as wide as they need be, in the form of Markdown. */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... header) {
    rows.add(List.of(header));
  }

  /** Adds a row of as many cells as the header has. */
  public Table row(String... cells) {
    if (cells.length != rows.getFirst().size()) {
      throw new IllegalArgumentException("a row of " + cells.length + " cells under " + rows.getFirst());
    }
    rows.add(List.of(cells));
    return this;
  }

  /** Prints it with the machine below. */
  public void print(PrintWriter out) {
    int columns = rows.getFirst().size();
    var widths = new int[columns];
    rows.forEach(row -> {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    });
    for (int r = 0; r < rows.size(); r++) {
      print(out, rows.get(r), widths);
      if (r == 0) {
        print(out, java.util.Arrays.stream(widths).mapToObj("-"::repeat).toList(), widths);
      }
    }
    out.println(Machine.line());
    out.flush();
  }

  private static void print(PrintWriter out, List<String> cells, int[] widths) {
    var line = new StringBuilder("|");
    for (int i = 0; i < cells.size(); i++) {
      line.append(' ').append(cells.get(i)).append(" ".repeat(widths[i] - cells.get(i).length())).append(" |");
    }
    out.println(line);
  }
}
