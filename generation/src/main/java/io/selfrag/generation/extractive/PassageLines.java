package io.selfrag.generation.extractive;

import io.selfrag.generation.Evidence;
import io.selfrag.generation.text.Sentences;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What of passages can be quoted: sentences, rows of tables with what stands above them, headings. A line that pages carry at
 * their foot is none.
 */
final class PassageLines {
  private static final int LONGEST = 600;
  /** Lines above a table that say what its rows are about. */
  private static final int LINES_ABOVE = 8;
  private static final Pattern CELLS = Pattern.compile("\\s*\\|\\s*");
  private static final Pattern FINISHED = Pattern.compile("[.!?…。！？；;][”’」』）)\"'\\]]*$");
  private static final Pattern FIGURE = Pattern.compile(
      "[$€£¥￥]\\s?\\d|\\d\\s?[%％‰]|\\d[\\d,.]*\\d{2,}|\\d+\\.\\d+|\\d+\\s?(?:[万亿千百元]|million|billion)");
  private static final Pattern YEAR = Pattern.compile("(?<!\\d)(?:19|20)\\d\\d(?!\\d)");
  private static final Pattern DIGITS = Pattern.compile("\\d+");
  private static final int SHORT_LINE = 80;

  private PassageLines() {}

  /** What a line is. */
  enum Kind {
    SENTENCE, ROW, HEADING
  }

  /**
   * @param citation of its passage, from 1
   * @param place among the lines of its passage
   * @param label words of a row's first cell; all words of anything else
   * @param above words of what stands above a row, or of a question in front of a sentence; none of anything else
   * @param found whether it is of the chunk that was found, not of what stands around it
   */
  record Line(String text, int citation, int place, Kind kind, Set<String> label, Set<String> above,
      boolean found) {
    Line around() {
      return new Line(text, citation, place, kind, label, above, false);
    }
  }

  /** @param words of a text */
  static List<Line> of(List<Evidence> passages, Function<String, Set<String>> words) {
    var repeated = repeated(passages);
    var lines = new ArrayList<Line>();
    var seen = new HashSet<String>();
    for (int i = 0; i < passages.size(); i++) {
      var passage = passages.get(i);
      var texts = new ArrayList<String>();
      var own = new HashSet<Integer>();
      for (Evidence.Part part : passage.parts()) {
        for (String sentence : Sentences.of(part.text())) {
          if (part.chunkId().equals(passage.chunkId())) {
            own.add(texts.size());
          }
          texts.add(sentence);
        }
      }
      var above = new ArrayList<String>();
      boolean inTable = false;
      for (int j = 0; j < texts.size(); j++) {
        var text = texts.get(j);
        boolean row = isRow(text);
        if (!row) {
          if (inTable) {
            above.clear();
          }
          above.add(text);
        }
        inTable = row;
        if (text.length() <= LONGEST && !repeated.contains(skeleton(text)) && seen.add(text)) {
          var line = row ? row(text, i + 1, j, above, words) : plain(text, i + 1, j, asked(texts, j), words);
          lines.add(own.contains(j) ? line : line.around());
        }
      }
    }
    return lines;
  }

  private static Line row(String text, int citation, int place, List<String> above,
      Function<String, Set<String>> words) {
    var label = words.apply(cells(text)[0]);
    var near = above.subList(Math.max(0, above.size() - LINES_ABOVE), above.size());
    return new Line(text, citation, place, Kind.ROW, label, words.apply(String.join("\n", near)),
        true);
  }

  /** The question that stands in front of a line, which it answers; empty if none does. */
  private static String asked(List<String> texts, int place) {
    return place > 0 && Sentences.isQuestion(texts.get(place - 1)) && !Sentences.isQuestion(texts.get(place))
        ? texts.get(place - 1)
        : "";
  }

  private static Line plain(String text, int citation, int place, String asked,
      Function<String, Set<String>> words) {
    boolean heading = text.length() <= SHORT_LINE && !FINISHED.matcher(text).find() && !hasFigure(text)
        && !text.contains("：") && !text.contains(":") && isLatin(text);
    return new Line(text, citation, place, heading ? Kind.HEADING : Kind.SENTENCE, words.apply(text),
        asked.isEmpty() ? Set.of() : words.apply(asked), true);
  }

  private static boolean isLatin(String text) {
    return text.codePoints().noneMatch(Character::isIdeographic);
  }

  /** At least one; tables of Markdown begin with a mark. */
  private static String[] cells(String text) {
    return CELLS.split(text.startsWith("|") ? text.substring(1).strip() : text);
  }

  /** A line of cells of which one but the first is a figure. */
  private static boolean isRow(String text) {
    var cells = cells(text);
    for (int i = 1; i < cells.length; i++) {
      if (hasFigure(cells[i])) {
        return true;
      }
    }
    return false;
  }

  /** An amount, a share, a count: not a year, a day or the number of a page. */
  static boolean hasFigure(String text) {
    return FIGURE.matcher(YEAR.matcher(text).replaceAll(" ")).find();
  }

  /** What stands on many pages and has no figure, whatever number the page has. */
  private static Set<String> repeated(List<Evidence> passages) {
    Map<String, Integer> counts = new HashMap<>();
    for (Evidence passage : passages) {
      Sentences.of(passage.whole()).stream().filter(it -> DIGITS.matcher(it).find() && !hasFigure(it))
          .filter(it -> it.length() <= SHORT_LINE && !FINISHED.matcher(it).find()).map(PassageLines::skeleton)
          .forEach(it -> counts.merge(it, 1, Integer::sum));
    }
    counts.values().removeIf(it -> it < 2);
    return counts.keySet();
  }

  private static String skeleton(String text) {
    return DIGITS.matcher(text).replaceAll("#");
  }
}
