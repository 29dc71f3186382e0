package io.selfrag.generation.extractive;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.generation.Evidence;
import io.selfrag.generation.Evidence.Around;
import io.selfrag.generation.Fixtures;
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
  void aRowIsAboutWhatStandsAboveItsTable() {
    assertThat(answer("What revenue did the Services segment have in the third quarter?", """
        The Services segment was affected by the weather in the third quarter as reported elsewhere.

        Revenue by segment, third quarter (in millions)

        Devices | $ 6,840 | $ 7,382
        Services | $ 21,213 | $ 19,604""")).contains("Services | $ 21,213 | $ 19,604 [1]").doesNotContain("Devices");
    assertThat(answer("第三季度服务业务的收入是多少？", """
        各业务收入，第三季度（百万元）

        设备业务 | 6,840 | 7,382
        服务业务 | 21,213 | 19,604""")).contains("服务业务 | 21,213 | 19,604 [1]").doesNotContain("设备业务");
  }

  @Test
  void anAbbreviationThatAPassageExplainsIsItsMeaning() {
    var table = """
        Operating expenses for the third quarter (in millions):

        Research and development | $ 7,442 | $ 6,797
        Selling and distribution | $ 5,973 | $ 6,012

        The growth in research and development (“R&D”) expense was driven by headcount.""";

    assertThat(answer("What was the amount of R&D expense in the third quarter?", table))
        .contains("Research and development | $ 7,442").doesNotContain("Selling");
  }

  @Test
  void whatPagesCarryAtTheirFootIsNotQuoted() {
    assertThat(answer("What was the gross margin in Q3 2023 of the Form 10-Q?",
        "Gross margin | $ 36,413 | $ 35,885\n\nAcme Inc. | Q3 2023 Form 10-Q | 17",
        "The gross margin is explained in this part of the form.\n\nAcme Inc. | Q3 2023 Form 10-Q | 18"))
        .contains("36,413").doesNotContain("Acme");
  }

  @Test
  void aFigureOfTheTimeThatIsAskedForComesBeforeThatOfAnother() {
    var first = new Evidence(new UUID(0, 1), "2023_Q1_report.pdf", "Total sales | $ 11,700 | $ 10,900", null);
    var third = new Evidence(new UUID(0, 3), "2023_Q3_report.pdf", "Total sales | $ 81,797 | $ 82,959", null);

    assertThat(answer("What were total sales in Q3 2023?", List.of(first, third))).startsWith("Total sales | $ 81,797")
        .doesNotContain("11,700");
    assertThat(answer("What were total sales in the first quarter of 2023?", List.of(first, third)))
        .startsWith("Total sales | $ 11,700").doesNotContain("81,797");
    assertThat(answer("What were total sales in the latest report?", List.of(first, third)))
        .startsWith("Total sales | $ 81,797").doesNotContain("11,700");
    assertThat(answer("What were total sales?", List.of(first, third))).contains("81,797", "11,700");
  }

  @Test
  void aLineThatOnlySaysTheQuestionAgainIsNotQuoted() {
    var start = "You need a JDK 25. Maven comes with the repository.\n\n## Which JDK do I need?\n\n"
        + "./selfrag ask \"Which JDK do I need?\"\nThe JDK I need\n";

    assertThat(answer("Which JDK do I need?", start)).isEqualTo("You need a JDK 25. [1]\n");
    assertThat(answer("主水泵什么时候检修？", "主水泵什么时候检修？主水泵每年三月检修。")).isEqualTo("主水泵每年三月检修。 [1]\n");
  }

  @Test
  void whatIsAskedToBeTrueIsAnsweredByTheSameWords() {
    assertThat(
        answer("Is the library open on Sundays?", "Is the library open on Sundays? The library is open on Sundays."))
        .isEqualTo("The library is open on Sundays. [1]\n");
  }

  @Test
  void whatStandsBehindAQuestionAnswersIt() {
    assertThat(answer("How long does the warranty last?",
        "Where is the shop? By the river.\nHow long does the warranty last? Two years, if the seal is whole."))
        .isEqualTo("Two years, if the seal is whole. [1]\n");
  }

  @Test
  void aQuestionForAReasonIsAnsweredByTheLineThatGivesOne() {
    assertThat(answer("What were the main factors behind the change in gross margin?", """
        Gross margin and gross margin percentage are shown above.
        Gross margin decreased due primarily to a weak currency and lower volumes.""")).contains("weak currency");
  }

  @Test
  void aTotalIsAskedForByWhatItIsATotalOf() {
    assertThat(answer("What was the gross margin?", """
        Gross margins can be impacted by a variety of factors.
        | Products | 21,448 |
        | Total gross margin | $ 36,413 |""")).contains("36,413");
  }

  @Test
  void whatWasFoundComesBeforeWhatStandsAroundIt() {
    var found = new Evidence(new UUID(0, 1), "", "The pump was serviced in March.", null)
        .within(new Around(new UUID(1, 1), 3, List.of(), Fixtures.parts("The pump was serviced in April.",
            "The pump was serviced in May.", "The pump was serviced in June.")));
    var other = new Evidence(new UUID(0, 2), "", "The pump was serviced in July.", null);

    assertThat(answer("When was the pump serviced?", List.of(found, other))).contains("March", "July");
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
    return answer(question, Stream.of(passages).map(it -> new Evidence(new UUID(0, 1), "", it, null)).toList());
  }

  private static String answer(String question, List<Evidence> evidence) {
    var prompt = new ChatPrompt(List.of(ChatMessage.user(question)), Sampling.USUAL,
        new Grounding(question, evidence));
    return text(Objects.requireNonNull(new ExtractiveChat(Similarity.NONE).stream(prompt).collectList().block()));
  }
}
