package io.selfrag.generation.extractive;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.generation.Evidence;
import io.selfrag.generation.chat.ChatPrompt.Grounding;
import io.selfrag.generation.support.JudgedSentences;
import io.selfrag.generation.support.JudgedSentences.Answered;
import io.selfrag.generation.support.Similarity;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** How often quotes hold the answer, and how often nothing is quoted where the passages do not hold it; by words alone. */
class ExtractiveJudgedTest {
  private final BestSentences best = new BestSentences(Similarity.NONE);

  @Test
  void quotesHoldTheAnswerAndNothingIsQuotedWhereThereIsNone() throws IOException {
    if (!JudgedSentences.available()) {
      System.err.println("########## SKIPPED: no judged questions, see SELFRAG_TEST_DATA ##########");
      throw new TestAbortedException("no data sets");
    }
    var questions = JudgedSentences.answered(300);
    int right = 0;
    int quoted = 0;
    int silent = 0;
    for (Answered it : questions) {
      var text = quotes(it.question(), it.passages());
      quoted += text.isEmpty() ? 0 : 1;
      right += text.contains(it.answer()) ? 1 : 0;
      silent += quotes(it.question(), it.passages().subList(1, it.passages().size())).isEmpty() ? 1 : 0;
    }
    double all = questions.size();
    System.out.printf(Locale.ROOT,
        "extractive zh: answers %.3f of questions, rightly %.3f; says nothing to %.3f of others%n",
        quoted / all, right / all, silent / all);
    assertThat(right / all).isGreaterThanOrEqualTo(0.7);
    assertThat(silent / all).isGreaterThanOrEqualTo(0.9);
  }

  private String quotes(String question, List<Evidence> passages) {
    return best.of(new Grounding(question, passages)).stream().map(BestSentences.Quote::text)
        .collect(Collectors.joining("\n"));
  }
}
