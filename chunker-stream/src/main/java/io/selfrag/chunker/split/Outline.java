package io.selfrag.chunker.split;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.selfrag.chunker.parse.Block;
import io.selfrag.chunker.parse.Block.Kind;
import io.selfrag.chunker.parse.ParsedDocument;

/** What surrounds an offset of a document: headings above it, its page, the table it lies in. */
final class Outline {
  private static final Pattern CELL = Pattern.compile("\\s*\\|\\s*");
  private static final Pattern AMOUNT = Pattern.compile("[$€£¥￥]\\s*\\d|\\d\\s*[%％]|\\d[,.]\\d|\\d{3}");
  private static final Pattern YEAR = Pattern.compile("(?<!\\d)(?:19|20)\\d\\d(?!\\d)");
  /** Of column heads that are set one below the other. */
  private static final int MOST_LINES = 12;
  private static final int SHORT_LINE = 80;

  private final String text;
  private final List<Block> blocks;
  private final int[] starts;
  /** For each block the headings above it; shared between the blocks of a section. */
  private final List<List<String>> paths;

  Outline(ParsedDocument document) {
    text = document.text();
    blocks = document.blocks().stream().filter(block -> block.kind() != Kind.PAGE_BREAK).toList();
    starts = blocks.stream().mapToInt(Block::charStart).toArray();
    paths = new ArrayList<>(blocks.size());
    var open = new ArrayList<Block>();
    List<String> path = List.of();
    for (Block block : blocks) {
      if (block.kind() == Kind.HEADING) {
        open.removeIf(above -> above.level() >= block.level());
        paths.add(titles(open));
        open.add(block);
        path = titles(open);
      } else {
        paths.add(path);
      }
    }
  }

  private List<String> titles(List<Block> headings) {
    return headings.stream().map(this::title).filter(title -> !title.isEmpty()).toList();
  }

  /** A heading without its markup: number signs, lines under and over it. */
  private String title(Block heading) {
    String line = text.substring(heading.charStart(), heading.charEnd()).lines()
        .filter(candidate -> candidate.codePoints().anyMatch(Character::isLetterOrDigit)).findFirst().orElse("");
    int from = 0;
    while (from < line.length() && (line.charAt(from) == '#' || line.charAt(from) == '=')) {
      from++;
    }
    int to = line.length();
    while (from > 0 && to > from && (line.charAt(to - 1) == '#' || line.charAt(to - 1) == ' ')) {
      to--;
    }
    return line.substring(from, to).strip();
  }

  /** Headings above the block at the offset, outermost first. */
  List<String> headingPath(int offset) {
    int block = blockAt(offset);
    return block < 0 ? List.of() : paths.get(block);
  }

  /** The page of the block at the offset; null without pages. */
  @Nullable
  Integer page(int offset) {
    int block = blockAt(offset);
    return block < 0 || blocks.get(block).page() == 0 ? null : Integer.valueOf(blocks.get(block).page());
  }

  /**
   * What says what the columns of the table at the offset are: its first row, for those below it; or, where that row has amounts as
   * the others do, the short lines above the table, as PDF files have them. Null elsewhere, and where there is nothing.
   */
  @Nullable
  String tableHeader(int offset) {
    int at = blockAt(offset);
    if (at < 0 || blocks.get(at).kind() != Kind.TABLE || offset >= blocks.get(at).charEnd()) {
      return null;
    }
    Block table = blocks.get(at);
    int lineEnd = text.indexOf('\n', table.charStart());
    int end = lineEnd < 0 || lineEnd > table.charEnd() ? table.charEnd() : lineEnd;
    String first = text.substring(table.charStart(), end).strip();
    if (isOfAmounts(first)) {
      return linesAbove(at);
    }
    return lineEnd < 0 || offset <= lineEnd ? null : first;
  }

  private static boolean isOfAmounts(String row) {
    return CELL.splitAsStream(row).skip(1).anyMatch(cell -> AMOUNT.matcher(YEAR.matcher(cell).replaceAll("")).find());
  }

  private @Nullable String linesAbove(int table) {
    var above = new ArrayDeque<String>();
    for (int i = table - 1; i >= 0 && blocks.get(i).kind() == Kind.PARAGRAPH; i--) {
      List<String> lines = text.substring(blocks.get(i).charStart(), blocks.get(i).charEnd()).lines().map(String::strip)
          .toList();
      if (above.size() + lines.size() > MOST_LINES || lines.stream().anyMatch(it -> it.length() > SHORT_LINE)) {
        break;
      }
      lines.reversed().forEach(above::addFirst);
    }
    return above.isEmpty() ? null : String.join(" ", above);
  }

  private int blockAt(int offset) {
    int found = Arrays.binarySearch(starts, offset);
    return found >= 0 ? found : -found - 2;
  }
}
