package io.selfrag.chunker.parse.tika.pdf;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.selfrag.chunker.parse.tika.pdf.PdfLine.Cell;

/**
 * Finds tables among the lines of a page, in the order in which they are read: rows of short cells that stand below one
 * another in columns. What is not certain stays text.
 */
final class PdfTables {
  /** Cells of one row that are printed one after the other have at most so many lines; columns of a page have more. */
  private static final int LINES_OF_A_CELL = 5;
  private static final int MOST_ROWS = 400;
  private static final int SHORT = 40;
  private static final int PHRASE = 24;
  private static final int LABEL = 80;
  private static final int LABELS_IN_A_ROW = 2;
  private static final float SAME_LINE = 0.4f;
  private static final float NEXT_LINE = 1.4f;
  private static final float NEXT_ROW = 3.5f;
  private static final double ALIGNED = 0.75;
  private static final Pattern ITEM = Pattern
      .compile("[•·▪●○–—*-]|\\(?[0-9A-Za-z]{1,4}[.):]|[（(]?[0-9一二三四五六七八九十]{1,3}[、）]");

  private final List<@Nullable PdfLine> lines;

  /**
   * A stretch of lines.
   *
   * @param from its first line
   * @param to behind its last
   */
  record Table(int from, int to, List<Row> rows) {}

  /** Some lines, and the parts of them that are one cell each. */
  record Row(int from, int to, List<Part> parts) {}

  /**
   * A cell: characters of one line, and all of the lines that follow it.
   *
   * @param skip characters of the first line before it, white space not counted
   * @param length its characters in the first line
   * @param cell where it is printed as a whole
   */
  record Part(int from, int to, int skip, int length, Cell cell) {
    Part with(PdfLine line) {
      return new Part(from, to + 1, skip, length, new Cell(cell.length() + line.key().length(),
          Math.min(cell.left(), line.left()), Math.max(cell.right(), line.right())));
    }
  }

  /** A blank stripe. */
  private record Gutter(float left, float right) {}

  private PdfTables(List<@Nullable PdfLine> lines) {
    this.lines = lines;
  }

  /**
   * @param lines null where nothing is known of a line, or it is none of a table
   */
  static List<Table> in(List<@Nullable PdfLine> lines) {
    var tables = new ArrayList<Table>();
    var finder = new PdfTables(lines);
    for (int i = 0; i < lines.size();) {
      List<Row> rows = finder.rowsFrom(i);
      if (finder.isTable(rows)) {
        tables.add(new Table(i, rows.getLast().to(), rows));
        i = rows.getLast().to();
      } else {
        i = rows.size() < MOST_ROWS ? i + 1 : rows.getLast().to();
      }
    }
    return tables;
  }

  /**
   * The rows from a line on that leave the same gutter blank, from top to bottom; labels of one cell between them may cross
   * it. None if the line starts no row.
   */
  private List<Row> rowsFrom(int start) {
    var rows = new ArrayList<Row>();
    List<Gutter> gutters = List.of(new Gutter(-Float.MAX_VALUE, Float.MAX_VALUE));
    int labels = 0;
    for (Row row = rowAt(start); row != null && rows.size() < MOST_ROWS; row = rowAt(row.to())) {
      boolean label = row.parts().size() == 1;
      labels = label ? labels + 1 : 0;
      gutters = label ? gutters : shared(gutters, row);
      if (gutters.isEmpty() || (rows.isEmpty() && label) || labels > LABELS_IN_A_ROW
          || (!rows.isEmpty() && !follows(rows.getLast(), row))) {
        break;
      }
      rows.add(row);
    }
    while (!rows.isEmpty() && rows.getLast().parts().size() == 1) {
      rows.removeLast();
    }
    return rows;
  }

  /** What is left of the gutters where a row leaves them blank. */
  private List<Gutter> shared(List<Gutter> gutters, Row row) {
    var left = new ArrayList<Gutter>();
    for (int i = 1; i < row.parts().size(); i++) {
      float from = row.parts().get(i - 1).cell().right();
      float to = row.parts().get(i).cell().left();
      for (Gutter gutter : gutters) {
        var common = new Gutter(Math.max(from, gutter.left()), Math.min(to, gutter.right()));
        if (common.right() - common.left() >= SAME_LINE * line(row.from()).points()) {
          left.add(common);
        }
      }
    }
    return left;
  }

  private boolean follows(Row above, Row row) {
    PdfLine before = line(above.to() - 1);
    PdfLine first = line(row.from());
    float down = first.bottom() - before.bottom();
    boolean near = down > 0 && down <= NEXT_ROW * Math.max(before.points(), first.points());
    return near && (row.parts().size() > 1 || first.key().length() <= LABEL);
  }

  /**
   * Cells of several lines are printed one after the other: each starts again at the height of the first, to its right. So a
   * row is a line, what stands beside it and what goes on below each cell.
   */
  private @Nullable Row rowAt(int start) {
    if (start >= lines.size() || lines.get(start) == null) {
      return null;
    }
    List<Part> parts = parts(start);
    int end = start + 1;
    float deepest = line(start).bottom();
    for (int i = start + 1; i < lines.size() && lines.get(i) != null; i++) {
      Part open = parts.getLast();
      if (isBeside(i, start, open.cell())) {
        parts.addAll(parts(i));
      } else if (isBelow(i, open, parts.size() > 1, deepest)) {
        parts.set(parts.size() - 1, open.with(line(i)));
      } else {
        break;
      }
      deepest = Math.max(deepest, line(i).bottom());
      end = i + 1;
    }
    return parts.size() > 1 ? new Row(start, end, parts) : new Row(start, start + 1, parts(start));
  }

  private List<Part> parts(int index) {
    var parts = new ArrayList<Part>();
    int skip = 0;
    for (Cell cell : line(index).cells()) {
      parts.add(new Part(index, index + 1, skip, cell.length(), cell));
      skip += cell.length();
    }
    return parts;
  }

  private boolean isBeside(int index, int start, Cell open) {
    PdfLine line = line(index);
    return line.left() > open.right()
        && Math.abs(line.bottom() - line(start).bottom()) <= SAME_LINE * line.points();
  }

  /** True for a further line of a cell: no deeper than the cells before it or, where that is not known, close and flush left. */
  private boolean isBelow(int index, Part open, boolean beside, float deepest) {
    PdfLine line = line(index);
    float down = line.bottom() - line(index - 1).bottom();
    float tolerance = SAME_LINE * line.points();
    boolean overlaps = line.cells().size() == 1 && line.left() < open.cell().right()
        && line.right() > open.cell().left() && index - open.from() < LINES_OF_A_CELL && down > 0;
    boolean flush = Math.abs(line.left() - open.cell().left()) <= tolerance && down <= NEXT_LINE * line.points();
    return overlaps && (!beside || flush || line.bottom() <= deepest + tolerance);
  }

  private PdfLine line(int index) {
    PdfLine line = lines.get(index);
    if (line == null) {
      throw new IllegalStateException("line " + index + " belongs to no row");
    }
    return line;
  }

  private boolean isTable(List<Row> rows) {
    List<Row> grid = rows.stream().filter(row -> row.parts().size() > 1).toList();
    boolean enough = grid.size() >= 3 || (grid.size() == 2 && grid.stream().allMatch(row -> row.parts().size() > 2));
    if (!enough || isList(grid) || isProse(grid)) {
      return false;
    }
    long aligned = grid.stream().filter(row -> isAligned(row, grid)).count();
    return aligned >= ALIGNED * grid.size();
  }

  /** Numbers or bullets with a text each. */
  private boolean isList(List<Row> grid) {
    return grid.stream().allMatch(row -> row.parts().size() == 2 && isItem(row.parts().getFirst()));
  }

  private boolean isItem(Part part) {
    return part.to() == part.from() + 1
        && ITEM.matcher(line(part.from()).key().substring(0, part.cell().length())).matches();
  }

  /** Columns of running text that lie beside each other. */
  private static boolean isProse(List<Row> grid) {
    double first = grid.stream().mapToInt(row -> row.parts().getFirst().cell().length()).average().orElse(0);
    double others = grid.stream().flatMap(row -> row.parts().stream().skip(1)).mapToInt(part -> part.cell().length())
        .average().orElse(0);
    return others > SHORT || Math.min(first, others) > PHRASE;
  }

  /** True if each cell behind the first stands above or below one of another row: flush left, flush right or centred. */
  private boolean isAligned(Row row, List<Row> grid) {
    float tolerance = SAME_LINE * line(row.from()).points();
    return row.parts().stream().skip(1).map(Part::cell).allMatch(cell -> grid.stream()
        .filter(other -> other.from() != row.from())
        .filter(
            other -> other.parts().stream().skip(1).map(Part::cell).anyMatch(there -> inColumn(cell, there, tolerance)))
        .count() >= Math.max(1, (grid.size() - 1) / 3));
  }

  private static boolean inColumn(Cell cell, Cell other, float tolerance) {
    return Math.abs(cell.left() - other.left()) <= tolerance || Math.abs(cell.right() - other.right()) <= tolerance
        || Math.abs(cell.left() + cell.right() - other.left() - other.right()) <= 2 * tolerance;
  }
}
