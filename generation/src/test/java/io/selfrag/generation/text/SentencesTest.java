package io.selfrag.generation.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SentencesTest {
  @Test
  void englishSentencesEndAtFullStopsAndNotAtAbbreviationsOrDecimals() {
    assertThat(Sentences.of("Dr. Smith paid $3.50 to Acme Inc. in May. He left, i.e. he went. Why? J. Doe knows!"))
        .containsExactly("Dr. Smith paid $3.50 to Acme Inc. in May.", "He left, i.e. he went.", "Why?",
            "J. Doe knows!");
  }

  @Test
  void chineseSentencesEndAtChineseMarks() {
    assertThat(Sentences.of("水泵启动了。为什么？因为有水！“好的。”他说；然后走了。")).containsExactly("水泵启动了。", "为什么？", "因为有水！", "“好的。”",
        "他说；", "然后走了。");
  }

  @Test
  void mixedTextIsCutByBothRules() {
    assertThat(Sentences.of("The pump 启动了。It runs at 50 Hz. 然后停止。")).containsExactly("The pump 启动了。",
        "It runs at 50 Hz.", "然后停止。");
  }

  @Test
  void linesAndListNumbersAreKept() {
    assertThat(Sentences.of("1. Open the valve. Wait.\n2. Close it.\n\nDone")).containsExactly("1. Open the valve.",
        "Wait.", "2. Close it.", "Done");
  }

  @Test
  void pathsAndCommandsStayWhole() {
    assertThat(Sentences.of("./selfrag search ../data/x.txt\nSee a.b.C?d=e!f for more."))
        .containsExactly("./selfrag search ../data/x.txt", "See a.b.C?d=e!f for more.");
  }

  @Test
  void wrappedLinesAreOneSentenceAndRowsHeadingsAndItemsAreNot() {
    assertThat(Sentences.of("""
        Opening hours
        The library in the old town hall is open from nine to
        five. On Sundays from ten.
        | Total net sales for the whole of the nine months | 81,797 |
        | Cost of sales of all products and all of the services | 45,384 |
        - The first item of this list has no full stop at its end at all
        - The second one neither
        图书馆位于老市政厅之内，从周一到周六每天早上九点开门，周日
        十点开门。""")).containsExactly("Opening hours",
        "The library in the old town hall is open from nine to five.", "On Sundays from ten.",
        "| Total net sales for the whole of the nine months | 81,797 |",
        "| Cost of sales of all products and all of the services | 45,384 |",
        "- The first item of this list has no full stop at its end at all", "- The second one neither",
        "图书馆位于老市政厅之内，从周一到周六每天早上九点开门，周日十点开门。");
  }

  @Test
  void spansPointIntoTheText() {
    var text = "  One here.  二。 \n Three ";

    assertThat(Sentences.spans(text)).allSatisfy(
        it -> assertThat(text.substring(it.start(), it.end())).isEqualTo(it.text()).isNotBlank());
  }

  @Test
  void nothingIsNoSentence() {
    assertThat(Sentences.of(" \n ")).isEmpty();
  }
}
