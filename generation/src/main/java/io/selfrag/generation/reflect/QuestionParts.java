package io.selfrag.generation.reflect;

import io.selfrag.generation.text.ContentWords;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Takes a question apart that asks several things, by its question marks and by what asks in each of its clauses. */
final class QuestionParts {
  static final int MOST = 3;
  private static final Pattern MARKS = Pattern.compile("[?？]+\\s*");
  private static final String ENGLISH_ASKS = "(?:in |at |for |from |on |by |to )?(?:who|whom|whose|what|which|when|where|why|how)\\b";
  private static final String CHINESE_ASKS = "什么|谁|哪|多少|几|怎么|怎样|如何|何时|为何|多久|多长|多大|是否";
  /** In front of what asks again. */
  private static final Pattern ENGLISH_SEAM = Pattern
      .compile("(?:\\s*[,;]\\s*(?:and\\s+|or\\s+)?|\\s+(?:and|or)\\s+)(?:also\\s+)?(?=" + ENGLISH_ASKS + ")",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern CHINESE_SEAM = Pattern.compile("[，,；;、]\\s*(?:以及|并且|而且|还有|和|又|并)?|(?:以及|并且|而且|还有)");
  private static final Pattern ASKS_ENGLISH = Pattern.compile("\\b" + ENGLISH_ASKS, Pattern.CASE_INSENSITIVE);
  private static final Pattern ASKS_CHINESE = Pattern.compile(CHINESE_ASKS);

  private QuestionParts() {}

  /** Two or three parts in their order; empty for a question that asks one thing. */
  static List<String> of(String question) {
    var parts = new ArrayList<String>();
    for (String sentence : MARKS.split(question)) {
      if (ASKS_CHINESE.matcher(sentence).find()) {
        clauses(CHINESE_SEAM.split(sentence), ASKS_CHINESE, "，", parts);
      } else {
        clauses(ENGLISH_SEAM.split(sentence), ASKS_ENGLISH, ", ", parts);
      }
    }
    return parts.size() < 2 ? List.of() : List.copyOf(parts.subList(0, Math.min(MOST, parts.size())));
  }

  /** What does not ask belongs to the next that does, or to the last. */
  private static void clauses(String[] clauses, Pattern asks, String joint, List<String> parts) {
    int first = parts.size();
    var waiting = "";
    for (String clause : clauses) {
      var text = clause.strip();
      if (text.isEmpty()) {
        continue;
      }
      var joined = waiting.isEmpty() ? text : waiting + joint + text;
      if (asks.matcher(text).find() && !ContentWords.ofQuestion(joined).isEmpty()) {
        parts.add(joined);
        waiting = "";
      } else {
        waiting = joined;
      }
    }
    if (!waiting.isEmpty() && parts.size() > first) {
      parts.add(parts.removeLast() + joint + waiting);
    }
  }
}
