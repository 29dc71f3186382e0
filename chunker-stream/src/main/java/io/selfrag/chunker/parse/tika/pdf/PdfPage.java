package io.selfrag.chunker.parse.tika.pdf;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** One page: Tika's lines, what the layout knows of them, and what that makes of them. */
final class PdfPage {
  private static final int LINES_OF_A_HEADING = 3;
  private static final int LONGEST_HEADING = 250;
  private static final int LONGEST_BOLD_SENTENCE = 80;
  private static final int LONGEST_NUMBER = 12;
  private static final float NEXT_LINE = 1.8f;
  /** How far two readings of a page may differ before a line counts as unknown. */
  private static final int LOST = 40;
  private static final Pattern WORD = Pattern.compile("\\p{L}\\p{L}|\\p{IsHan}");

  private final PdfLayout layout;
  private final int page;
  private final List<Line> lines;
  private final List<@Nullable PdfLine> printed;

  /** A line of Tika's text, and the number of the paragraph that it is in. */
  record Line(String text, int paragraph) {}

  /** What a page is made of. */
  sealed interface Part {
    record Paragraph(List<String> lines) implements Part {}

    record Heading(int level, String text) implements Part {}

    /** Cells of each row. */
    record Table(List<List<String>> rows) implements Part {}
  }

  PdfPage(PdfLayout layout, int page, List<Line> lines) {
    this.layout = layout;
    this.page = page;
    this.lines = lines;
    printed = printed(layout.lines(page), lines);
  }

  /** Both readings have the same lines in the same order, apart from turned ones, which only Tika reads. */
  private static List<@Nullable PdfLine> printed(List<PdfLine> known, List<Line> lines) {
    var printed = new ArrayList<@Nullable PdfLine>(lines.size());
    int next = 0;
    for (Line line : lines) {
      String key = Spaces.without(line.text());
      int found = next;
      while (found < known.size() && found < next + LOST && !known.get(found).key().equals(key)) {
        found++;
      }
      boolean same = found < known.size() && found < next + LOST;
      printed.add(same ? known.get(found) : null);
      next = same ? found + 1 : next;
    }
    return printed;
  }

  List<Part> parts() {
    var parts = new ArrayList<Part>();
    int done = 0;
    for (PdfTables.Table table : PdfTables.in(rows())) {
      flow(done, table.from(), parts);
      parts.add(
          new Part.Table(table.rows().stream().map(row -> row.parts().stream().map(this::text).toList()).toList()));
      done = table.to();
    }
    flow(done, lines.size(), parts);
    return parts;
  }

  /** A line that stands out and apart starts a section, and what every page repeats is none of its text: no table has them. */
  private List<@Nullable PdfLine> rows() {
    var rows = new ArrayList<@Nullable PdfLine>(printed);
    for (int i = 0; i < rows.size(); i++) {
      PdfLine line = rows.get(i);
      if ((level(i) > 0 && (i == 0 || !isNext(i - 1, i))) || (line != null && layout.isRepeated(line))) {
        rows.set(i, null);
      }
    }
    return rows;
  }

  private String text(PdfTables.Part part) {
    String line = lines.get(part.from()).text();
    int start = Spaces.offsetOf(line, part.skip());
    String first = line.substring(start, start + Spaces.offsetOf(line.substring(start), part.length()));
    return part.to() == part.from() + 1 ? first : first + "\n" + joined(part.from() + 1, part.to());
  }

  private String joined(int from, int to) {
    return String.join("\n", lines.subList(from, to).stream().map(Line::text).toList());
  }

  /** Headings and paragraphs. */
  private void flow(int from, int to, List<Part> parts) {
    int open = from;
    for (int i = from; i < to;) {
      int end = headingEnd(i, to);
      if (end > i && isHeading(i, end, to)) {
        paragraphs(open, i, parts);
        parts.add(new Part.Heading(level(i), joined(i, end)));
        open = end;
      }
      i = Math.max(end, i + 1);
    }
    paragraphs(open, to, parts);
  }

  private void paragraphs(int from, int to, List<Part> parts) {
    int start = from;
    for (int i = from + 1; i <= to; i++) {
      if (i == to || lines.get(i).paragraph() != lines.get(start).paragraph()) {
        parts.add(new Part.Paragraph(lines.subList(start, i).stream().map(Line::text).toList()));
        start = i;
      }
    }
  }

  /** Behind the last line that is set as the one at {@code from} and follows it closely; {@code from} if that is no heading's. */
  private int headingEnd(int from, int to) {
    int level = level(from);
    int end = from;
    while (end < to && level > 0 && level(end) == level && (end == from || isNext(end - 1, end))) {
      end++;
    }
    return end;
  }

  private int level(int index) {
    PdfLine line = printed.get(index);
    boolean oneCell = line != null && (line.cells().size() == 1 || (line.cells().size() == 2 && isNumbered(line)));
    return line == null || !oneCell ? 0 : layout.level(page, line);
  }

  /** "Item 1.", "2.3", "A." or "第一章" and a gap. */
  private static boolean isNumbered(PdfLine line) {
    int length = line.cells().getFirst().length();
    String number = line.key().substring(0, length);
    return length <= LONGEST_NUMBER
        && (length <= 3 || number.startsWith("第") || number.chars().anyMatch(Character::isDigit));
  }

  private boolean isNext(int above, int index) {
    PdfLine first = printed.get(above);
    PdfLine second = printed.get(index);
    if (first == null || second == null) {
      return false;
    }
    float down = second.bottom() - first.bottom();
    return down > 0 && down <= NEXT_LINE * Math.max(first.points(), second.points());
  }

  private boolean isHeading(int from, int end, int to) {
    String text = joined(from, end).strip();
    PdfLine first = printed.get(from);
    boolean wordy = WORD.matcher(text).find() && text.length() <= LONGEST_HEADING && end - from <= LINES_OF_A_HEADING;
    if (first == null || !wordy) {
      return false;
    }
    boolean goesOn = end < to && lines.get(end).paragraph() == lines.get(end - 1).paragraph()
        && startsLow(lines.get(end).text());
    boolean sentence = text.length() > LONGEST_BOLD_SENTENCE && ".。;；".indexOf(text.charAt(text.length() - 1)) >= 0;
    boolean cutOff = ",，、".indexOf(text.charAt(text.length() - 1)) >= 0;
    return first.tagged() > 0 || !(goesOn || sentence || cutOff || startsLow(text));
  }

  private static boolean startsLow(String text) {
    String stripped = text.strip();
    return !stripped.isEmpty() && Character.isLowerCase(stripped.codePointAt(0));
  }
}
