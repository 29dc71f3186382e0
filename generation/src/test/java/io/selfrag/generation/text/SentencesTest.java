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
