package io.selfrag.query.expand;

import io.selfrag.query.expand.MetadataSchema.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads filters where a question says a value literally: one of an enumeration, a number beside the field's name, a year in a field of
 * years. Pure.
 */
final class FilterRules {
  private static final String NUMBER = "(-?\\d+(?:\\.\\d+)?)";
  private static final Pattern YEAR = Pattern.compile("(?<![\\d.])(1[89]\\d{2}|20\\d{2}|21\\d{2})(?![\\d.]\\d|\\d)");
  private static final Pattern FROM = Pattern.compile(
      "(?i)(?:since|from|after|later than|at least|no earlier than|starting|>=|不早于|自|从|至少)\\s*(?:the\\s+)?(?:year\\s*)?$");
  private static final Pattern TO = Pattern.compile(
      "(?i)(?:until|till|before|up to|through|to|at most|no later than|earlier than|<=|and|-|–|至|到|不晚于|最多)\\s*(?:the\\s+)?(?:year\\s*)?$");
  private static final Pattern FROM_BEHIND = Pattern.compile("^\\s*年?\\s*(?:以来|之后|以后|起|or later|onwards)");
  private static final Pattern TO_BEHIND = Pattern.compile("^\\s*年?\\s*(?:之前|以前|为止|or earlier)");
  private static final Pattern BETWEEN = Pattern.compile("(?i)(?:between|from|从|自|在)\\s*(?:the\\s+)?(?:years?\\s*)?$");
  private static final int SHORTEST_WORD = 2;

  private FilterRules() {}

  static ParsedFilter read(MetadataSchema schema, String question) {
    var filter = new LinkedHashMap<String, Object>();
    for (Field field : schema.fields()) {
      var value = !field.values().isEmpty()
          ? enumerated(field, question)
          : field.isNumeric() ? numeric(field, question) : named(field, question);
      if (value != null) {
        filter.put(field.name(), value);
      }
    }
    return ParsedFilter.within(schema, filter);
  }

  private static @Nullable Object enumerated(Field field, String question) {
    var said = new ArrayList<Object>();
    for (Object value : field.values()) {
      var text = String.valueOf(value);
      boolean isWord = value instanceof String && text.length() >= SHORTEST_WORD;
      boolean isSaid = (isWord || value instanceof Number) && says(question, text);
      if (isSaid) {
        said.add(value);
      }
    }
    return said.isEmpty() ? named(field, question) : said.size() == 1 ? said.getFirst() : Map.of("$in", said);
  }

  /** A whole word in scripts that have some; anywhere in those that have none. */
  private static boolean says(String question, String value) {
    boolean hasWords = value.codePoints().noneMatch(Character::isIdeographic);
    var text = Pattern.quote(value.replace('_', ' '));
    return Pattern.compile(hasWords ? "(?iu)(?<![\\p{L}\\p{N}])" + text + "(?![\\p{L}\\p{N}])" : text)
        .matcher(question.replace('_', ' ')).find();
  }

  private static @Nullable Object numeric(Field field, String question) {
    if (isYear(field)) {
      return years(question);
    }
    for (String name : names(field)) {
      var said = Pattern.compile("(?iu)(?<!\\p{L})" + Pattern.quote(name)
          + "\\s*(>=|<=|=|:|：|is|of|at least|at most|above|below|over|under|不低于|不高于|大于|小于|为|是)?\\s*" + NUMBER)
          .matcher(question);
      if (said.find()) {
        double value = Double.parseDouble(said.group(2));
        return switch (said.group(1) == null ? "" : said.group(1).toLowerCase(Locale.ROOT)) {
          case ">=", "at least", "above", "over", "不低于", "大于" -> Map.of("$gte", value);
          case "<=", "at most", "below", "under", "不高于", "小于" -> Map.of("$lte", value);
          default -> value;
        };
      }
    }
    return null;
  }

  private static boolean isYear(Field field) {
    return names(field).stream().anyMatch(it -> it.equals("year") || it.endsWith(" year") || it.contains("年"));
  }

  private static @Nullable Object years(String question) {
    List<Integer> years = new ArrayList<>();
    Object bounded = null;
    Matcher all = YEAR.matcher(question);
    while (all.find()) {
      int year = Integer.parseInt(all.group(1));
      var before = question.substring(0, all.start());
      var behind = question.substring(all.end());
      years.add(year);
      if (years.size() == 2 && TO.matcher(before).find() && bounded == null) {
        return BETWEEN.matcher(question.substring(0, question.indexOf(String.valueOf(years.getFirst())))).find()
            || !before.stripTrailing().toLowerCase(Locale.ROOT).endsWith("and")
                ? Map.of("$gte", years.getFirst(), "$lte", year)
                : Map.of("$in", List.copyOf(years));
      }
      boolean exclusiveTo = TO_BEHIND.matcher(behind).find() || before.stripTrailing().toLowerCase(Locale.ROOT)
          .endsWith("before");
      if (FROM_BEHIND.matcher(behind).find() || (FROM.matcher(before).find() && !YEAR.matcher(behind).find())) {
        bounded = Map.of("$gte", before.stripTrailing().toLowerCase(Locale.ROOT).endsWith("after") ? year + 1 : year);
      } else if (exclusiveTo) {
        bounded = Map.of("$lte", year - 1);
      } else if (years.size() == 1 && TO.matcher(before).find() && !before.stripTrailing().endsWith("and")) {
        bounded = Map.of("$lte", year);
      }
    }
    if (bounded != null) {
      return bounded;
    }
    return years.isEmpty() ? null : years.size() == 1 ? years.getFirst() : Map.of("$in", List.copyOf(years));
  }

  /** {@code author: Smith}, or {@code author "John Smith"}. */
  private static @Nullable Object named(Field field, String question) {
    for (String name : names(field)) {
      var said = Pattern.compile("(?iu)(?<!\\p{L})" + Pattern.quote(name)
          + "\\s*(?:[:：=]\\s*[\"“]([^\"”]+)[\"”]|[:：=]\\s*([^\\s,;，；。?？]+)|\\s[\"“]([^\"”]+)[\"”])")
          .matcher(question);
      if (said.find()) {
        var text = said.group(1) != null ? said.group(1) : said.group(2) != null ? said.group(2) : said.group(3);
        return switch (field.type()) {
          case BOOLEAN ->
            text.equalsIgnoreCase("true") ? Boolean.TRUE : text.equalsIgnoreCase("false") ? Boolean.FALSE : null;
          case STRING -> field.values().stream().filter(it -> String.valueOf(it).equalsIgnoreCase(text)).findFirst()
              .orElse(text);
          case NUMBER, INTEGER -> null;
        };
      }
    }
    return null;
  }

  private static List<String> names(Field field) {
    var names = new ArrayList<String>();
    names.add(field.name().toLowerCase(Locale.ROOT).replace('_', ' ').replace('.', ' '));
    if (!field.title().isBlank()) {
      names.add(field.title().toLowerCase(Locale.ROOT));
    }
    return names;
  }
}
