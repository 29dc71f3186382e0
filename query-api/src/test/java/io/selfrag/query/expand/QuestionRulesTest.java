package io.selfrag.query.expand;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuestionRulesTest {
  @Test
  void variantsAreKeyTermsThenTheQuestionAsAStatementThenItsClauses() {
    assertThat(QuestionRules.variants("What is the range of the heron and how does a badger dig its burrow?", 8))
        .containsExactly("range heron badger dig burrow",
            "the range of the heron and how does a badger dig its burrow", "What is the range of the heron",
            "how does a badger dig its burrow");
    assertThat(QuestionRules.variants("What is the range of the heron and how does a badger dig its burrow?", 1))
        .hasSize(1);
  }

  @Test
  void chineseQuestionsLoseWhatOnlyAsks() {
    var variants = QuestionRules.variants("请问苍鹭的栖息地在哪里？", 3);

    assertThat(variants).isNotEmpty().first().asString().contains("苍鹭", "栖息").doesNotContain("请问", "哪里");
  }

  @Test
  void aQuestionThatIsAllKeyTermsHasNoVariants() {
    assertThat(QuestionRules.variants("badger burrow", 3)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"What is a badger?, a badger?", "How many herons live here?, herons live here?",
      "badger burrow, badger burrow"})
  void aStatementLeavesTheAskingOut(String question, String statement) {
    assertThat(QuestionRules.statement(question).replace("?", "").strip())
        .isEqualTo(statement.replace("?", "").strip());
  }
}
