package io.selfrag.generation.text;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Cuts English, Chinese and mixed text into sentences: at line ends, and where Unicode's rules say so unless an abbreviation, an
 * initial or a list number is all that came before. Offsets are exact; nothing is lost but white space around sentences.
 */
public final class Sentences {
  private static final String CHINESE_ENDS = "。！？；｡";
  private static final Set<String> ABBREVIATIONS = Set.of("mr.", "mrs.", "ms.", "dr.", "prof.", "st.", "vs.", "etc.",
      "e.g.", "i.e.", "fig.", "eq.", "no.", "nos.", "vol.", "al.", "cf.", "approx.", "inc.", "ltd.", "co.", "corp.",
      "sec.", "ch.", "pp.", "ed.", "jr.", "sr.", "u.s.", "u.k.", "dept.", "art.", "jan.", "feb.", "mar.", "apr.",
      "jun.", "jul.", "aug.", "sept.", "oct.", "nov.", "dec.");
  private static final int LONG_LINE = 50;
  /** Also a quoted citation, which ends what it is about. */
  private static final Pattern FINISHED = Pattern.compile("[.!?:;…。！？：；｡][”’」』）)\"'\\]]*$|\\[\\d{1,3}]$");
  /** Headings, items of lists, rows of tables, code and quotations begin lines of their own. */
  private static final Pattern OWN_LINE = Pattern.compile("^([-*+#>|•·`~=]|\\(?\\d{1,3}[.)]\\s|[一二三四五六七八九十]+、)|\\|");
  private static final Pattern WRAPPED_CHINESE = Pattern.compile("(?<=\\p{IsHan})\\s*\\n\\s*(?=\\p{IsHan})");
  private static final Pattern LIST_NUMBER = Pattern.compile("\\(?[0-9]{1,3}[.)]");
  private static final Pattern INITIAL = Pattern.compile("\\p{Lu}\\.");

  private static final Pattern ENDED = Pattern.compile("[.!?…。！？；｡]['\"”’」』）)\\]]*$");
  private static final Pattern CHINESE_ENDED = Pattern.compile("[…。！？；｡]['\"”’」』）)\\]]*$");
  private static final Pattern QUESTION = Pattern.compile("[?？][”’」』）)\"'\\]]*$");
  private static final Pattern CITATION = Pattern.compile("\\s?\\[[0-9]{1,3}]");

  private Sentences() {}

  /** A sentence and where it stands in its text. */
  public record Span(int start, int end, String text) {}

  /** The sentences of a text in order, each in one line, white space around them cut off, blank ones left out. */
  public static List<String> of(String text) {
    return spans(text).stream().map(it -> oneLine(it.text())).toList();
  }

  /** Whether a sentence asks: it ends in a question mark, quoted or in brackets or not. */
  public static boolean isQuestion(String sentence) {
    return QUESTION.matcher(sentence).find();
  }

  /** Chinese is wrapped anywhere and joined without a space. */
  private static String oneLine(String text) {
    return text.indexOf('\n') < 0 ? text : WRAPPED_CHINESE.matcher(text).replaceAll("").replaceAll("\\s*\\n\\s*", " ");
  }

  /** The same with their places. */
  public static List<Span> spans(String text) {
    var spans = new ArrayList<Span>();
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || (text.charAt(i) == '\n' && !isWrapped(text, start, i))) {
        line(text, start, i, spans);
        start = i + 1;
      }
    }
    return List.copyOf(spans);
  }

  /** Whether a line end is there for want of room alone: the line is long and unfinished, and the next goes on as prose does. */
  private static boolean isWrapped(String text, int from, int lineEnd) {
    int lineStart = Math.max(from, text.lastIndexOf('\n', lineEnd - 1) + 1);
    var line = text.substring(lineStart, lineEnd).strip();
    int next = text.indexOf('\n', lineEnd + 1);
    var after = text.substring(lineEnd + 1, next < 0 ? text.length() : next).strip();
    long wide = line.chars().filter(Character::isIdeographic).count();
    return line.length() + wide >= LONG_LINE && !FINISHED.matcher(line).find() && !OWN_LINE.matcher(line).find()
        && !after.isEmpty() && !OWN_LINE.matcher(after).find();
  }

  private static void line(String text, int from, int to, List<Span> spans) {
    var rules = BreakIterator.getSentenceInstance(Locale.ROOT);
    var line = text.substring(from, to).replace('\n', ' ');
    rules.setText(line);
    int start = 0;
    for (int end = rules.following(0); end != BreakIterator.DONE && start < line.length(); end = rules.next()) {
      if (end == line.length() || endsSentence(line, start, end)) {
        finer(text, from + start, from + end, spans);
        start = end;
      }
    }
    if (start < line.length()) {
      finer(text, from + start, to, spans);
    }
  }

  /** What Unicode's rules do not end: at a Chinese semicolon, where Chinese meets Latin, behind a citation. */
  private static void finer(String text, int from, int to, List<Span> spans) {
    int start = from;
    for (int i = from; i < to; i++) {
      boolean chinese = CHINESE_ENDS.indexOf(text.charAt(i)) >= 0;
      if (!chinese && ".!?".indexOf(text.charAt(i)) < 0) {
        continue;
      }
      int closed = i + 1;
      while (closed < to && (CHINESE_ENDS + "”’」』）)\"").indexOf(text.charAt(closed)) >= 0) {
        closed++;
      }
      // A citation belongs to the sentence in front of it.
      int end = afterCitations(text, closed, to);
      if (chinese || end > closed) {
        add(text, start, end, spans);
        start = end;
        i = end - 1;
      }
    }
    add(text, start, to, spans);
  }

  private static int afterCitations(String text, int from, int to) {
    int end = from;
    var citation = CITATION.matcher(text).region(from, to);
    while (citation.lookingAt()) {
      end = citation.end();
      citation.region(end, to);
    }
    return end;
  }

  private static boolean endsSentence(String line, int start, int end) {
    var sentence = line.substring(start, end).strip();
    // The JDK's rules break in front of a full stop that an opening bracket follows.
    if (!ENDED.matcher(sentence).find()) {
      return false;
    }
    if (LIST_NUMBER.matcher(sentence).matches()) {
      return false;
    }
    // "./selfrag" and "3.5.": what no space follows goes on.
    if (!Character.isWhitespace(line.charAt(end - 1)) && !CHINESE_ENDED.matcher(sentence).find()) {
      return false;
    }
    int space = Math.max(sentence.lastIndexOf(' '), sentence.lastIndexOf('('));
    var last = sentence.substring(space + 1);
    return !INITIAL.matcher(last).matches() && !ABBREVIATIONS.contains(last.toLowerCase(Locale.ROOT));
  }

  private static void add(String text, int from, int to, List<Span> spans) {
    int start = from;
    int end = to;
    while (start < end && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
      end--;
    }
    if (start < end) {
      spans.add(new Span(start, end, text.substring(start, end)));
    }
  }
}
