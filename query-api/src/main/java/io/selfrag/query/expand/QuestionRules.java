package io.selfrag.query.expand;

import io.selfrag.generation.text.ContentWords;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Other wordings of a question without a language model: nothing is added that it does not say. Pure. */
final class QuestionRules {
  private static final Pattern ASKING = Pattern.compile(
      "(?i)^\\s*(?:please\\s+)?(?:can|could|would)?\\s*(?:you\\s+)?(?:tell me|explain|describe|list|give me|show me)?\\s*"
          + "(?:what|which|who|whom|whose|when|where|why|how(?:\\s+(?:many|much|long|often|far))?)?\\s*"
          + "(?:is|are|was|were|do|does|did|has|have|had|can|could|should|would|will)?\\s+");
  private static final Pattern CLAUSES = Pattern.compile(
      "(?i)\\s*(?:[;；，,、。?？!！]|\\b(?:and|or|but|as well as|versus|vs\\.?)\\b|以及|还有|并且|或者|和|与)\\s*");
  private static final Pattern LATIN_WORD = Pattern.compile("[\\p{IsLatin}\\p{N}][\\p{IsLatin}\\p{N}'’._/-]*");
  private static final int SHORTEST_CLAUSE = 2;

  private QuestionRules() {}

  /** At most so many, each different from the question: its key terms, then its clauses. */
  static List<String> variants(String question, int most) {
    var variants = new LinkedHashSet<String>();
    variants.add(keyTerms(question));
    variants.add(statement(question));
    var clauses = CLAUSES.splitAsStream(question).map(String::strip)
        .filter(it -> ContentWords.ofQuestion(it).size() >= SHORTEST_CLAUSE).toList();
    if (clauses.size() > 1) {
      variants.addAll(clauses);
    }
    var same = normal(question);
    return variants.stream().filter(it -> !it.isBlank() && !normal(it).equals(same)).limit(most).toList();
  }

  /** The question as the beginning of what would answer it. */
  static String statement(String question) {
    var chinese = ContentWords.withoutAsking(question);
    var rest = ASKING.matcher(chinese).replaceFirst("").strip();
    return rest.isBlank() ? chinese : rest;
  }

  /** Latin words that say something, and Chinese without the words that only ask. */
  private static String keyTerms(String question) {
    var kept = new ArrayList<String>();
    var words = LATIN_WORD.matcher(question);
    while (words.find()) {
      if (!ContentWords.of(words.group()).isEmpty()) {
        kept.add(words.group());
      }
    }
    var chinese = ContentWords.withoutAsking(LATIN_WORD.matcher(question).replaceAll(" ")).codePoints()
        .filter(it -> Character.isIdeographic(it) || it == ' ')
        .filter(it -> it == ' ' || !ContentWords.isFunctionCharacter((char) it)).mapToObj(Character::toString)
        .collect(Collectors.joining()).strip();
    if (!chinese.isEmpty()) {
      kept.add(chinese.replaceAll("\\s+", " "));
    }
    return String.join(" ", kept);
  }

  private static String normal(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[\\p{P}\\s]+", " ").strip();
  }
}
