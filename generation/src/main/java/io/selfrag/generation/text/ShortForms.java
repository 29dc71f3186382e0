package io.selfrag.generation.text;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Abbreviations that texts explain in brackets, "research and development (R&D)", so that a question that has one form finds what has
 * the other. Only what the texts themselves explain; nothing is guessed.
 */
public final class ShortForms {
  private static final Pattern EXPLAINED = Pattern.compile(
      "((?:[\\p{L}\\d][\\p{L}\\d'’./-]*[,]?\\s+){1,12})[(（]\\s*[\"“]?([A-Z][A-Za-z\\d&./-]{0,8}[A-Z\\d])[\"”]?\\s*[)）]");
  private static final Pattern NO_LETTER = Pattern.compile("[^A-Za-z\\d]");

  private final Map<Pattern, String> spelled;

  private ShortForms(Map<Pattern, String> spelled) {
    this.spelled = spelled;
  }

  /** What these texts explain; of an abbreviation with two meanings, the first. */
  public static ShortForms in(Collection<String> texts) {
    var found = new LinkedHashMap<String, String>();
    for (String text : texts) {
      EXPLAINED.matcher(text).results().forEach(it -> {
        var form = it.group(2);
        var meaning = meaning(it.group(1).strip(), NO_LETTER.matcher(form).replaceAll(""));
        if (!meaning.isEmpty()) {
          found.putIfAbsent(form, meaning);
        }
      });
    }
    var spelled = new LinkedHashMap<Pattern, String>();
    found.forEach((form, meaning) -> spelled
        .put(Pattern.compile("(?<![\\p{L}\\d])" + Pattern.quote(form) + "(?![\\p{L}\\d])"), meaning));
    return new ShortForms(spelled);
  }

  /**
   * The end of a text in which the letters stand in their order, the first of them at the beginning of a word, so that the fewest words
   * are taken; empty if there is none.
   */
  private static String meaning(String before, String letters) {
    int at = before.length();
    for (int i = letters.length() - 1; i >= 0; i--) {
      char letter = Character.toLowerCase(letters.charAt(i));
      do {
        at--;
      } while (at >= 0
          && (Character.toLowerCase(before.charAt(at)) != letter || (i == 0 && !beginsWord(before, at))));
      if (at < 0) {
        return "";
      }
    }
    var meaning = before.substring(at);
    // Longer than its letters can stand for, it only happens to have them.
    return meaning.split("\\s+").length <= Math.min(letters.length() + 5, letters.length() * 2) ? meaning : "";
  }

  private static boolean beginsWord(String text, int at) {
    return at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1));
  }

  /** A text with the meaning in the place of each abbreviation. */
  public String spelledOut(String text) {
    var out = text;
    for (var entry : spelled.entrySet()) {
      out = entry.getKey().matcher(out).replaceAll(Matcher.quoteReplacement(entry.getValue()));
    }
    return out;
  }
}
