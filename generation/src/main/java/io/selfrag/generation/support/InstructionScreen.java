package io.selfrag.generation.support;

import io.selfrag.generation.Evidence;
import io.selfrag.generation.text.Sentences;
import java.util.regex.Pattern;

/**
 * Leaves out of a passage what speaks to the model instead of about the world: "ignore all previous instructions" and its kin, with
 * what follows on the same line. Passages are data; what is left out is neither shown to a model nor does it support a sentence.
 * A document about such attacks loses its examples by it, which is the price.
 */
public final class InstructionScreen {
  private static final Pattern INSTRUCTION = Pattern.compile(
      """
          \\b(ignore|disregard|forget|override|bypass)\\b.{0,40}\\b(instruction|prompt|rule|direction|guideline|message|polic|context)\
          |\\byou are now (an? |the |in |called |named |acting|operating|dan\\b|free\\b|unrestricted)|\\bfrom now on,? you\\b|\\bact as (an?|the|if)\\b|\\bpretend (to be|that you)\\b|\\bsystem prompt\\b\
          |\\b(new|updated|real|important) (system )?instructions?\\s*[:：]|\\breveal\\b.{0,30}\\b(prompt|instruction|secret|key|password)\
          |\\b(reply|respond|answer)( only| exactly)*( with|:)( only| exactly)*\\s*["“'‘:]|\\b(say|print|output|repeat|write) exactly\\b\
          |\\b(ai|language model|llm|chatbot|assistant)s? (must|should|shall|reading this|has to|have to)\\b\
          |</?(system|assistant|user|instructions?)>|\\[/?INST]|<\\|im_(start|end)\\|>\
          |(忽略|无视|忽视|忘记|忘掉|不要理会|不要遵守).{0,20}(指令|指示|提示|规则|要求|设定|内容)|你现在(是|扮演)|从现在(起|开始).{0,4}你\
          |系统提示词?|(只|必须)(能|要|准)?(回答|回复|输出)|请(直接|只)?(回答|回复|输出)\\s*[：:“「"『]""",
      Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

  private InstructionScreen() {}

  /** The passage without such sentences; itself if it has none. */
  public static Evidence screened(Evidence evidence) {
    var text = screened(evidence.text());
    var title = screened(evidence.title());
    return text.equals(evidence.text()) && title.equals(evidence.title())
        ? evidence
        : new Evidence(evidence.chunkId(), title, text, evidence.similarity());
  }

  static String screened(String text) {
    if (!INSTRUCTION.matcher(text).find()) {
      return text;
    }
    var kept = new StringBuilder();
    for (String line : text.split("\n", -1)) {
      int end = line.length();
      for (Sentences.Span sentence : Sentences.spans(line)) {
        if (INSTRUCTION.matcher(sentence.text()).find()) {
          end = sentence.start();
          break;
        }
      }
      kept.append(line, 0, end).append('\n');
    }
    return kept.toString().strip();
  }
}
