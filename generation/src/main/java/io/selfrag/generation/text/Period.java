package io.selfrag.generation.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a document is of the time that a question asks about: the year, and the quarter or month, that both name; or the newest of a
 * series, whose titles differ in their dates alone, for who asks for the latest. A title says the date; one without any is of any time.
 */
public final class Period {
  private static final Pattern ASKS_FOR_LATEST = Pattern.compile(
      "\\b(latest|newest|most recent|current (?:fiscal )?(?:year|quarter|month|week|period|version|edition|report|filing|release))\\b|最新|最近|最后一",
      Pattern.CASE_INSENSITIVE);
  private static final Pattern YEAR = Pattern.compile("(?<!\\d)((?:19|20)\\d\\d)(?!\\d)");
  /** As in 2007-08; of 2024-03 the second part is a month. */
  private static final Pattern SHORT_SPAN = Pattern.compile("(?<!\\d)((?:19|20)\\d)(\\d)[-–—/~](\\d)(\\d)(?!\\d)");
  private static final Pattern QUARTER = Pattern.compile(
      "(?i)(?<![a-z])Q([1-4])(?!\\d)|(?<![a-z0-9])([1-4])Q(?![a-z])|\\b(first|second|third|fourth) quarter|第?([一二三四1-4])季");
  private static final Pattern MONTH = Pattern.compile("(?<=\\d{4}[-_/.年])(0?[1-9]|1[0-2])(?!\\d)");
  private static final Pattern DIGITS = Pattern.compile("\\d+");
  private static final List<String> ORDINALS = List.of("first", "second", "third", "fourth");
  private static final String NUMBERS = "一二三四";

  private Period() {}

  /** @param part quarter or month; 0 for none */
  private record Date(int year, int part) {
    boolean fits(Date other) {
      return year == other.year && (part == 0 || other.part == 0 || part == other.part);
    }

    int rank() {
      return year * 100 + part;
    }
  }

  /** Whether a question asks about some time. */
  public static boolean isIn(String question) {
    return YEAR.matcher(question).find() || ASKS_FOR_LATEST.matcher(question).find();
  }

  /** For each title whether its document may be of the time that is asked about. */
  public static boolean[] fits(String question, List<String> titles) {
    var asked = dates(question);
    boolean latest = asked.isEmpty() && ASKS_FOR_LATEST.matcher(question).find();
    var newest = latest ? newest(titles) : Map.<String, Integer>of();
    boolean[] fits = new boolean[titles.size()];
    for (int i = 0; i < fits.length; i++) {
      var title = titles.get(i);
      var dates = dates(title);
      fits[i] = dates.isEmpty() || (latest
          ? rank(dates) == newest.getOrDefault(series(title), 0)
          : asked.isEmpty() || asked.stream().anyMatch(it -> isWithin(it, dates)));
    }
    return fits;
  }

  /** Two years are a span: that of a plan, a war, a life. */
  private static boolean isWithin(Date asked, List<Date> dates) {
    int first = dates.stream().mapToInt(Date::year).min().orElse(0);
    int last = dates.stream().mapToInt(Date::year).max().orElse(0);
    return dates.stream().anyMatch(asked::fits) || (first < asked.year() && asked.year() < last);
  }

  private static Map<String, Integer> newest(List<String> titles) {
    var newest = new HashMap<String, Integer>();
    titles.forEach(it -> newest.merge(series(it), rank(dates(it)), Math::max));
    return newest;
  }

  private static int rank(List<Date> dates) {
    return dates.stream().mapToInt(Date::rank).max().orElse(0);
  }

  /** A title without its dates and numbers. */
  private static String series(String title) {
    return DIGITS.matcher(QUARTER.matcher(title).replaceAll("#")).replaceAll("#").toLowerCase(Locale.ROOT);
  }

  /** Every year with the quarter or month of the text, if it has one. */
  private static List<Date> dates(String text) {
    var dates = new ArrayList<Date>();
    var years = YEAR.matcher(text);
    int part = part(text);
    while (years.find()) {
      dates.add(new Date(Integer.parseInt(years.group(1)), part));
    }
    var spans = SHORT_SPAN.matcher(text);
    while (spans.find()) {
      int first = Integer.parseInt(spans.group(1) + spans.group(2));
      int last = Integer.parseInt(spans.group(1).substring(0, 2) + spans.group(3) + spans.group(4));
      if (last > first) {
        dates.add(new Date(last, 0));
      }
    }
    return dates;
  }

  private static int part(String text) {
    var quarter = QUARTER.matcher(text);
    if (quarter.find()) {
      int part = quarter(quarter);
      // Several quarters are none in particular.
      return quarter.find() && quarter(quarter) != part ? 0 : part;
    }
    var month = MONTH.matcher(text);
    return month.find() ? Integer.parseInt(month.group(1)) : 0;
  }

  private static int quarter(Matcher found) {
    for (int group = 1; group <= found.groupCount(); group++) {
      var text = found.group(group);
      if (text != null) {
        return number(text.toLowerCase(Locale.ROOT));
      }
    }
    throw new IllegalStateException("a quarter without its number");
  }

  private static int number(String quarter) {
    int ordinal = ORDINALS.indexOf(quarter) + 1;
    return ordinal > 0 ? ordinal : NUMBERS.contains(quarter) ? NUMBERS.indexOf(quarter) + 1 : Integer.parseInt(quarter);
  }
}
