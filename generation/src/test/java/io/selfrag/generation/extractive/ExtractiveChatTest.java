package io.selfrag.generation.extractive;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.generation.Evidence;
import io.selfrag.generation.chat.ChatMessage;
import io.selfrag.generation.chat.ChatModel;
import io.selfrag.generation.chat.ChatModelContract;
import io.selfrag.generation.chat.ChatPiece;
import io.selfrag.generation.chat.ChatPrompt;
import io.selfrag.generation.chat.ChatPrompt.Grounding;
import io.selfrag.generation.chat.Sampling;
import io.selfrag.generation.support.Similarity;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExtractiveChatTest extends ChatModelContract {
  @Override
  protected ChatModel open() {
    return new ExtractiveChat(Similarity.NONE);
  }

  @Test
  void theBestSentenceIsQuotedWithItsPassage() {
    assertThat(answer("When was the pump replaced?",
        "The pump house stands by the river. It was painted green.",
        "The pump was replaced in March 2021 by the operator. Visitors may see it on Sundays."))
        .startsWith("The pump was replaced in March 2021 by the operator. [2]\n");
  }

  @Test
  void chineseQuestionsGetChineseSentences() {
    assertThat(answer("水泵是什么时候更换的？", "泵房位于河边。房子漆成绿色。", "水泵于2021年3月由运营方更换。参观者周日可以参观。"))
        .startsWith("水泵于2021年3月由运营方更换。 [2]\n");
  }

  @Test
  void nothingIsQuotedWhereNothingIsAboutTheQuestion() {
    assertThat(answer("Who won the chess championship?", "The pump house stands by the river.")).isEmpty();
  }

  @Test
  void aFigureDoesNotMakeUpForAQuestionAboutSomethingElse() {
    assertThat(answer("What does the telescope cost?",
        "Cost of warranty claims was 2,008 dollars. The cost of sales was 4,512 dollars. Costs fell. The cost is high.",
        "Sales rose. The shop sells shoes. Rent is due in May. The cost of rent is 900 dollars.")).isEmpty();
  }

  @Test
  void aQuestionForAnAmountIsAnsweredByTheRowThatHasIt() {
    assertThat(answer("What were total net sales for the quarter ended July 1, 2023?", """
        The following table shows net sales by category for the quarter ended July 1, 2023:
        | iPhone | 39,669 |
        | Total net sales | 81,797 |""")).contains("| Total net sales | 81,797 | [1]\n").doesNotContain("iPhone");
  }

  @Test
  void atMostThreeSentencesAreQuoted() {
    var sentences = IntStream.range(0, 10).mapToObj(it -> "The badger digs burrow number " + it + ".").toList();

    assertThat(answer("Which burrow does the badger dig?", String.join(" ", sentences)).lines()).hasSize(3);
  }

  @Test
  void withoutPassagesItSaysNothing() {
    var pieces = new ExtractiveChat(Similarity.NONE)
        .stream(ChatPrompt.of(List.of(ChatMessage.user("hello")), Sampling.USUAL)).collectList().block();

    assertThat(pieces).containsExactly(new ChatPiece.End(ChatPiece.Usage.NONE, ChatPiece.Finish.STOP));
  }

  private static String answer(String question, String... passages) {
    var evidence = Stream.of(passages).map(it -> new Evidence(new UUID(0, 1), "", it, null)).toList();
    var prompt = new ChatPrompt(List.of(ChatMessage.user(question)), Sampling.USUAL,
        new Grounding(question, evidence));
    return text(Objects.requireNonNull(new ExtractiveChat(Similarity.NONE).stream(prompt).collectList().block()));
  }
}
