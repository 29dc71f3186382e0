package io.selfrag.chunker.parse.tika.pdf;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

import org.apache.pdfbox.pdmodel.PDDocument;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.selfrag.chunker.parse.tika.pdf.PdfLine.Style;

/**
 * The lines of a document and which of them may be headings: what the document tags or bookmarks, else what is set larger or,
 * where bold is rare, bolder than most of its text.
 */
final class PdfLayout {
  /** Of a document that cannot be looked at: no line is more than text. */
  static final PdfLayout UNKNOWN = new PdfLayout(List.of(), List.of());

  private static final Logger log = LoggerFactory.getLogger(PdfLayout.class);
  private static final double LARGER = 1.12;
  /** With more of its letters bold, bold says nothing. */
  private static final double BOLD_IS_RARE = 0.25;
  private static final int DEEPEST = 6;
  /** A line that so many pages repeat is printed by the page, not by the text. */
  private static final int REPEATED = 4;

  private final List<List<PdfLine>> pages;
  private final List<Map<String, Integer>> bookmarks;
  private final Set<String> repeated;
  private final Map<Style, Integer> levels;

  private PdfLayout(List<List<PdfLine>> pages, List<Map<String, Integer>> bookmarks) {
    this.pages = pages;
    this.bookmarks = bookmarks;
    repeated = repeated(pages);
    levels = levels(pages);
  }

  static PdfLayout of(PDDocument document) {
    try {
      PdfTags tags = PdfTags.of(document);
      var bookmarks = new ArrayList<Map<String, Integer>>();
      document.getPages().forEach(page -> bookmarks.add(tags.bookmarks(page)));
      return new PdfLayout(PdfLineReader.read(document, tags), bookmarks);
    } catch (IOException | RuntimeException e) {
      // the text is not read yet: whether the document is damaged is for its reader to say
      log.atDebug().setCause(e).log("the typography of a PDF cannot be read");
      return UNKNOWN;
    }
  }

  /** The lines of a page from 0. */
  List<PdfLine> lines(int page) {
    return page < pages.size() ? pages.get(page) : List.of();
  }

  /** Level that a line of a page has if it is a heading; 0 if it looks like none. */
  int level(int page, PdfLine line) {
    if (line.tagged() > 0) {
      return line.tagged();
    }
    int marked = page < bookmarks.size() ? bookmarks.get(page).getOrDefault(line.key().toLowerCase(Locale.ROOT), 0) : 0;
    if (marked > 0) {
      return marked;
    }
    return isRepeated(line) ? 0 : levels.getOrDefault(line.style(), 0);
  }

  /** True for what pages print above or below their text; numbers may differ. */
  boolean isRepeated(PdfLine line) {
    return repeated.contains(withoutNumbers(line));
  }

  private static Set<String> repeated(List<List<PdfLine>> pages) {
    var on = new HashMap<String, Integer>();
    for (List<PdfLine> page : pages) {
      var once = new HashSet<String>();
      page.forEach(line -> once.add(withoutNumbers(line)));
      once.forEach(text -> on.merge(text, 1, Integer::sum));
    }
    int most = Math.max(REPEATED, pages.size() / 4);
    on.values().removeIf(count -> count < most);
    return on.keySet();
  }

  private static String withoutNumbers(PdfLine line) {
    return line.key().codePoints().filter(c -> !Character.isDigit(c))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
  }

  /** The styles that stand out, the largest first and bold before light; none if the document says itself what is what. */
  private static Map<Style, Integer> levels(List<List<PdfLine>> pages) {
    List<PdfLine> all = pages.stream().flatMap(List::stream).toList();
    if (all.stream().anyMatch(line -> line.tagged() > 0)) {
      return Map.of();
    }
    @Nullable
    Style body = mostUsed(all);
    if (body == null) {
      return Map.of();
    }
    boolean boldStandsOut = letters(all, line -> line.style().bold()) < BOLD_IS_RARE * letters(all, _ -> true);
    var styles = new TreeSet<Style>(Comparator.comparingInt(Style::size).thenComparing(Style::bold).reversed());
    for (PdfLine line : all) {
      boolean larger = line.style().size() >= body.size() * LARGER;
      boolean bolder = boldStandsOut && line.style().bold() && line.style().size() >= body.size();
      if (larger || bolder) {
        styles.add(line.style());
      }
    }
    var levels = new HashMap<Style, Integer>();
    styles.forEach(style -> levels.put(style, Math.min(levels.size() + 1, DEEPEST)));
    return levels;
  }

  private static @Nullable Style mostUsed(List<PdfLine> lines) {
    var letters = new HashMap<Style, Integer>();
    lines.forEach(line -> letters.merge(line.style(), line.key().length(), Integer::sum));
    return letters.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse(null);
  }

  private static long letters(List<PdfLine> lines, Predicate<PdfLine> those) {
    return lines.stream().filter(those).mapToLong(line -> line.key().length()).sum();
  }
}
