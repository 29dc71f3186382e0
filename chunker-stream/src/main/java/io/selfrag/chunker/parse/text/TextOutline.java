package io.selfrag.chunker.parse.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.selfrag.chunker.parse.Block;
import io.selfrag.chunker.parse.Block.Kind;

/**
 * Finds headings, paragraphs, tables, lists and code in text that is read as it stands. One pass over the lines; what a
 * line means depends on the format only, so an edit changes the outline only where it is.
 */
final class TextOutline {
  private static final Pattern ATX = Pattern.compile(" {0,3}(#{1,6})(?:[ \\t].*|)");
  private static final Pattern ASCIIDOC_HEADING = Pattern.compile("(={1,6}) \\S.*");
  private static final Pattern FENCE = Pattern.compile(" {0,3}(`{3,}|~{3,})([^`]*)");
  private static final Pattern ASCIIDOC_FENCE = Pattern.compile("(-{4,}|\\.{4,}|\\+{4,})\\s*");
  private static final Pattern ITEM = Pattern.compile("\\s{0,12}(?:[-*+•·]|\\d{1,4}[.)、])\\s+\\S.*");
  private static final Pattern RULE_OF_TABLE = Pattern
      .compile("\\s*\\|?\\s*:?-{2,}:?\\s*(?:\\|\\s*:?-{2,}:?\\s*)*\\|?\\s*");
  private static final int LONGEST_RULE = 2000;
  private static final Pattern RST_ADORNMENT = Pattern.compile("([=\\-~^\"'`#*+.:_])\\1{2,}\\s*");
  private static final Pattern CHAPTER = Pattern.compile(
      "\\s{0,4}(?:第[0-9〇零一二三四五六七八九十百千]{1,6}([编部篇章节])(?:\\s.{0,40}|)|(?i:(part|chapter|section|article))\\s+(?:\\d{1,3}|[IVXLC]{1,6})\\b.{0,60})");

  private final String text;
  private final TextFormat format;
  private final List<Block> blocks = new ArrayList<>();
  private final StringBuilder adornments = new StringBuilder();
  private @Nullable Kind open;
  private int openStart;
  private int openEnd;
  private @Nullable String fence;

  private TextOutline(String text, TextFormat format) {
    this.text = text;
    this.format = format;
  }

  static List<Block> of(String text, TextFormat format) {
    var outline = new TextOutline(text, format);
    outline.scan();
    return outline.blocks;
  }

  private void scan() {
    int start = format == TextFormat.MARKDOWN ? frontMatter() : 0;
    while (start < text.length()) {
      int end = lineEnd(start);
      start = line(start, end);
    }
    close();
  }

  /** Handles the line and returns where the next one starts. */
  private int line(int start, int end) {
    String line = text.substring(start, end);
    if (fence != null) {
      grow(Kind.CODE, start, end);
      String closing = line.strip();
      if (closing.startsWith(fence) && closing.chars().allMatch(c -> c == closing.charAt(0))) {
        close();
      }
      return end + 1;
    }
    if (line.isBlank()) {
      if (!oneBlock()) {
        close();
      }
      return end + 1;
    }
    return switch (format) {
      case MARKDOWN -> markdown(line, start, end);
      case ASCIIDOC -> asciidoc(line, start, end);
      case RST -> rst(line, start, end);
      case PLAIN -> plain(line, start, end);
      case CSV, TSV -> grow(Kind.TABLE, start, end);
      case CODE, JSON, JSON_LINES -> grow(Kind.CODE, start, end);
    };
  }

  /** Empty lines separate nothing in these: rows, and code, which chunkers cut by declarations. */
  private boolean oneBlock() {
    return switch (format) {
      case CSV, TSV, CODE, JSON, JSON_LINES -> true;
      case PLAIN, MARKDOWN, ASCIIDOC, RST -> false;
    };
  }

  private int markdown(String line, int start, int end) {
    Matcher heading = ATX.matcher(line);
    if (heading.matches()) {
      return heading(heading.group(1).length(), start, end);
    }
    Matcher opening = FENCE.matcher(line);
    if (opening.matches()) {
      close();
      fence = opening.group(1);
      return grow(Kind.CODE, start, end);
    }
    int nextEnd = end < text.length() ? lineEnd(end + 1) : end;
    String next = end < text.length() ? text.substring(end + 1, nextEnd) : "";
    if (open != Kind.PARAGRAPH && open != Kind.LIST && isSetextRule(next) && !ITEM.matcher(line).matches()) {
      return heading(next.strip().charAt(0) == '=' ? 1 : 2, start, nextEnd);
    }
    // the pattern backtracks, so it is kept from lines that no table has
    boolean startsTable = line.indexOf('|') >= 0 && next.indexOf('|') >= 0 && next.length() < LONGEST_RULE
        && RULE_OF_TABLE.matcher(next).matches();
    if (startsTable || (open == Kind.TABLE && line.indexOf('|') >= 0)) {
      return grow(Kind.TABLE, start, end);
    }
    return prose(line, start, end);
  }

  private static boolean isSetextRule(String line) {
    String rule = line.strip();
    return rule.length() >= 2 && (rule.chars().allMatch(c -> c == '=') || rule.chars().allMatch(c -> c == '-'));
  }

  private int asciidoc(String line, int start, int end) {
    Matcher heading = ASCIIDOC_HEADING.matcher(line);
    if (heading.matches()) {
      return heading(heading.group(1).length(), start, end);
    }
    if (ASCIIDOC_FENCE.matcher(line).matches()) {
      close();
      fence = line.strip();
      return grow(Kind.CODE, start, end);
    }
    if (line.startsWith("|===")) {
      int tableEnd = text.indexOf("\n|===", end);
      int last = tableEnd < 0 ? text.length() : lineEnd(tableEnd + 1);
      grow(Kind.TABLE, start, last);
      close();
      return last + 1;
    }
    return prose(line, start, end);
  }

  private int rst(String line, int start, int end) {
    int nextEnd = end < text.length() ? lineEnd(end + 1) : end;
    String next = end < text.length() ? text.substring(end + 1, nextEnd) : "";
    int thirdEnd = nextEnd < text.length() ? lineEnd(nextEnd + 1) : nextEnd;
    boolean overlined = open == null && RST_ADORNMENT.matcher(line).matches() && !next.isBlank()
        && nextEnd < text.length()
        && text.substring(nextEnd + 1, thirdEnd).strip().equals(line.strip());
    if (overlined) {
      // over and under is another kind than under alone
      return heading(rstLevel((char) (line.charAt(0) + 0x100)), start, thirdEnd);
    }
    boolean underlined = RST_ADORNMENT.matcher(next).matches() && next.strip().length() * 2 >= line.strip().length();
    if (open == null && underlined && !RST_ADORNMENT.matcher(line).matches()) {
      return heading(rstLevel(next.charAt(0)), start, nextEnd);
    }
    if (line.startsWith("+--") || line.startsWith("+==") || open == Kind.TABLE) {
      return grow(Kind.TABLE, start, end);
    }
    return prose(line, start, end);
  }

  /** In reStructuredText the order of first use gives the level. */
  private int rstLevel(char adornment) {
    int known = adornments.indexOf(String.valueOf(adornment));
    if (known < 0) {
      adornments.append(adornment);
      known = adornments.length() - 1;
    }
    return Math.min(known + 1, 9);
  }

  private int plain(String line, int start, int end) {
    Matcher chapter = CHAPTER.matcher(line);
    if (open == null && chapter.matches()) {
      String unit = chapter.group(1) == null ? chapter.group(2).toLowerCase(java.util.Locale.ROOT) : chapter.group(1);
      int level = switch (unit) {
        case "编", "部", "篇", "part" -> 1;
        case "章", "chapter" -> 2;
        default -> 3;
      };
      return heading(level, start, end);
    }
    return prose(line, start, end);
  }

  private int prose(String line, int start, int end) {
    if (ITEM.matcher(line).matches()) {
      return grow(Kind.LIST, start, end);
    }
    return grow(open == Kind.LIST ? Kind.LIST : Kind.PARAGRAPH, start, end);
  }

  private int heading(int level, int start, int end) {
    close();
    int from = skipBlank(start, end);
    blocks.add(new Block(Kind.HEADING, level, from, trimEnd(from, end), 0));
    return end + 1;
  }

  private int grow(Kind kind, int start, int end) {
    if (open != kind) {
      String stillFenced = fence;
      close();
      fence = stillFenced;
      open = kind;
      openStart = start;
    }
    openEnd = end;
    return end + 1;
  }

  private void close() {
    if (open != null) {
      int end = trimEnd(openStart, openEnd);
      if (end > openStart) {
        blocks.add(new Block(open, 0, openStart, end, 0));
      }
    }
    open = null;
    fence = null;
  }

  private int frontMatter() {
    if (!text.startsWith("---\n")) {
      return 0;
    }
    int end = text.indexOf("\n---\n", 3);
    if (end < 0 || end > 20_000) {
      return 0;
    }
    blocks.add(new Block(Kind.CODE, 0, 0, end + 4, 0));
    return end + 5;
  }

  private int lineEnd(int start) {
    int end = text.indexOf('\n', start);
    return end < 0 ? text.length() : end;
  }

  private int skipBlank(int start, int end) {
    int from = start;
    while (from < end - 1 && Character.isWhitespace(text.charAt(from))) {
      from++;
    }
    return from;
  }

  private int trimEnd(int start, int end) {
    int to = end;
    while (to > start && Character.isWhitespace(text.charAt(to - 1))) {
      to--;
    }
    return to;
  }
}
