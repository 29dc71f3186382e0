package io.selfrag.indexer.index;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** BM25 sees the title of now in front of a chunk, and the one it was cut with no second time (S16). */
class ChunkPointsTest {
  @Test
  void theTitleAtTheHeadOfAContextIsTakenOff() {
    assertThat(ChunkPoints.placeOf("Annual report\nIntroduction > Aims", "Annual report"))
        .isEqualTo("Introduction > Aims");
    assertThat(ChunkPoints.placeOf("Annual report", "Annual report")).isEmpty();
    assertThat(ChunkPoints.placeOf("", "Annual report")).isEmpty();
  }

  @Test
  void aTitleThatWasCutIsTakenOffToo() {
    assertThat(ChunkPoints.placeOf("A very long\nIntroduction", "A very long title")).isEqualTo("Introduction");
    assertThat(ChunkPoints.placeOf("A very long", "A very long title")).isEmpty();
  }

  @Test
  void aHeadingThatBeginsWithTheTitleLosesIt() {
    assertThat(ChunkPoints.placeOf("Annual report > Aims", "Annual report")).isEqualTo("> Aims");
  }

  @Test
  void aWordIsNeverCutInTwo() {
    assertThat(ChunkPoints.placeOf("Appendix > Tables", "A")).isEqualTo("Appendix > Tables");
    assertThat(ChunkPoints.placeOf("\u90e8\u7f72\u6307\u5357", "\u90e8\u7f72"))
        .isEqualTo("\u90e8\u7f72\u6307\u5357");
  }

  @Test
  void aContextWithAnotherTitleStaysAsItIs() {
    assertThat(ChunkPoints.placeOf("Old title\nIntroduction", "New title")).isEqualTo("Old title\nIntroduction");
  }
}
