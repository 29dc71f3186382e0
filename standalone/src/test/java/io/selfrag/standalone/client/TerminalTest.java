package io.selfrag.standalone.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerminalTest {
  @Test
  void aTextIsWrappedAtSpaces() {
    assertThat(new Terminal(13).wrapped("one two three four", 3)).containsExactly("one two", "three four");
  }

  @Test
  void aWordThatIsLongerThanTheLineIsCut() {
    assertThat(new Terminal(8).wrapped("abcdefghijkl m", 3)).containsExactly("abcde", "fghij", "kl m");
  }

  @Test
  void ideographsTakeTwoColumns() {
    assertThat(new Terminal(9).wrapped("图书馆星期天开门", 3)).containsExactly("图书馆", "星期天", "开门");
  }

  @Test
  void aPictureBeyondTheBasicPlaneIsNotCutInTwo() {
    assertThat(new Terminal(2).wrapped("😀😀", 0)).containsExactly("😀", "😀");
    assertThat(new Terminal(1).wrapped("😀", 0)).hasSizeBetween(1, 2);
  }

  @Test
  void whatAProgramReadsStaysOneLine() {
    assertThat(new Terminal(0).wrapped("one two three four", 3)).containsExactly("one two three four");
  }
}
