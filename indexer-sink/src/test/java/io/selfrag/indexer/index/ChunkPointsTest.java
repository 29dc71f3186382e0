package io.selfrag.indexer.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** BM25 sees the title of now in front of a chunk, and the one it was cut with no second time (S16). */
class ChunkPointsTest {
  private static final List<String> NO_HEADINGS = List.of();

  @Test
  void theTitleAtTheHeadOfAContextIsTakenOff() {
    assertThat(ChunkPoints.placeOf("Annual report\nIntroduction > Aims", "Annual report", NO_HEADINGS))
        .isEqualTo("Introduction > Aims");
    assertThat(ChunkPoints.placeOf("Annual report", "Annual report", NO_HEADINGS)).isEmpty();
    assertThat(ChunkPoints.placeOf("", "Annual report", NO_HEADINGS)).isEmpty();
  }

  @Test
  void aTitleThatWasCutIsTakenOffToo() {
    assertThat(ChunkPoints.placeOf("A very long\nIntroduction", "A very long title", NO_HEADINGS))
        .isEqualTo("Introduction");
    assertThat(ChunkPoints.placeOf("A very long", "A very long title", NO_HEADINGS)).isEmpty();
  }

  @Test
  void aHeadingThatBeginsWithTheTitleLosesIt() {
    assertThat(ChunkPoints.placeOf("Annual report > Aims", "Annual report", List.of("Annual report", "Aims")))
        .isEqualTo("> Aims");
  }

  @Test
  void aWordIsNeverCutInTwo() {
    assertThat(ChunkPoints.placeOf("Appendix > Tables", "A", List.of("Appendix", "Tables")))
        .isEqualTo("Appendix > Tables");
    assertThat(ChunkPoints.placeOf("\u90e8\u7f72\u6307\u5357", "\u90e8\u7f72",
        List.of("\u90e8\u7f72\u6307\u5357")))
        .isEqualTo("\u90e8\u7f72\u6307\u5357");
  }

  @Test
  void aTitleThatWasChangedSinceIsTakenOffAndHeadingsStay() {
    assertThat(ChunkPoints.placeOf("Old title\nStart > Aims", "New title", List.of("Start", "Aims")))
        .isEqualTo("Start > Aims");
    assertThat(ChunkPoints.placeOf("Old title\n> Aims\nName | Age", "New title", List.of("Start", "Aims")))
        .isEqualTo("> Aims\nName | Age");
    assertThat(ChunkPoints.placeOf("Start > Aims", "New title", List.of("Start", "Aims"))).isEqualTo("Start > Aims");
    assertThat(ChunkPoints.placeOf("Old title", "New title", NO_HEADINGS)).isEmpty();
  }
}
