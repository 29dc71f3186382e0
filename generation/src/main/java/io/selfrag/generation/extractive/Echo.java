package io.selfrag.generation.extractive;

import io.selfrag.generation.text.ContentWords;
import io.selfrag.generation.text.Sentences;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Tells lines that only say the question again, as headings and examples do: who asks learns nothing from them. */
final class Echo {
  private static final Pattern NOT_SAID = Pattern.compile("[^\\p{L}\\p{N}]+");
  /** Such a question is answered by saying it again as a statement. */
  private static final Pattern YES_OR_NO = Pattern.compile(
      "^\\W*(is|are|was|were|do|does|did|has|have|had|can|could|may|must|should|will|would)\\b|吗|是否|有没有|是不是|能不能|可不可以",
      Pattern.CASE_INSENSITIVE);

  private final String said;
  private final Set<String> words;
  private final boolean yesOrNo;

  Echo(String question) {
    this.said = said(question);
    this.words = ContentWords.ofQuestion(question);
    this.yesOrNo = YES_OR_NO.matcher(question).find();
  }

  boolean isOne(String line) {
    boolean asks = Sentences.isQuestion(line.strip());
    if (!said.isEmpty() && (asks || !yesOrNo) && said(line).endsWith(said)) {
      return true;
    }
    return (asks || !yesOrNo) && words.containsAll(asks ? ContentWords.ofQuestion(line) : ContentWords.of(line));
  }

  private static String said(String text) {
    return NOT_SAID.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(" ").strip();
  }
}
