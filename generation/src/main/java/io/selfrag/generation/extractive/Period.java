package io.selfrag.generation.extractive;

import io.selfrag.generation.chat.ChatPrompt.Grounding;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whether a passage is of the time that a question asks about: the year, and the quarter or month, that both name, or the newest of
 * dated documents for who asks for the latest. A document's title says its date; one without a date is of any time.
 */
final class Period {
  private static final Pattern ASKS_FOR_LATEST = Pattern.compile("\\b(latest|newest|most recent|current)\\b|最新|最近|最后一",
      Pattern.CASE_INSENSITIVE);
  private static final Pattern YEAR = Pattern.compile("(?<!\\d)((?:19|20)\\d\\d)(?!\\d)");
  private static final Pattern QUARTER = Pattern.compile(
      "(?i)(?<![a-z])Q([1-4])(?!\\d)|(?<![a-z])([1-4])Q(?![a-z])|\\b(first|second|third|fourth) quarter|第?([一二三四1-4])季");
  private static final Pattern MONTH = Pattern.compile("(?<=\\d{4}[-_/.年])(0?[1-9]|1[0-2])(?!\\d)");
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

  /** For each passage whether it may be of the time that is asked about. */
  static boolean[] fits(Grounding grounding) {
    var question = grounding.question();
    var dates = grounding.passages().stream().map(it -> date(it.title())).toList();
    var fits = new boolean[dates.size()];
    Arrays.fill(fits, true);
    var asked = date(question);
    boolean latest = ASKS_FOR_LATEST.matcher(question).find();
    int newest = dates.stream().mapToInt(Date::rank).max().orElse(0);
    for (int i = 0; i < fits.length; i++) {
      var date = dates.get(i);
      if (date.year() > 0) {
        fits[i] = asked.year() > 0 ? asked.fits(date) : !latest || date.rank() == newest;
      }
    }
    return fits;
  }

  private static Date date(String text) {
    var year = YEAR.matcher(text);
    return year.find() ? new Date(Integer.parseInt(year.group(1)), part(text)) : new Date(0, 0);
  }

  private static int part(String text) {
    var quarter = QUARTER.matcher(text);
    if (quarter.find()) {
      for (int group = 1; group <= quarter.groupCount(); group++) {
        var found = quarter.group(group);
        if (found != null) {
          return number(found.toLowerCase(Locale.ROOT));
        }
      }
    }
    var month = MONTH.matcher(text);
    return month.find() ? Integer.parseInt(month.group(1)) : 0;
  }

  private static int number(String quarter) {
    int ordinal = ORDINALS.indexOf(quarter) + 1;
    return ordinal > 0 ? ordinal : NUMBERS.contains(quarter) ? NUMBERS.indexOf(quarter) + 1 : Integer.parseInt(quarter);
  }
}
