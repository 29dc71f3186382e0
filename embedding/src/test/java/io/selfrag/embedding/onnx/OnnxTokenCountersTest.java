package io.selfrag.embedding.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;

import org.junit.jupiter.api.Test;

import io.selfrag.embedding.TokenCounter;

class OnnxTokenCountersTest {
  private static final TokenCounter ENGLISH = OnnxTokenCounters.load(OnnxModel.BGE_SMALL_EN);
  private static final TokenCounter CHINESE = OnnxTokenCounters.load(OnnxModel.BGE_SMALL_ZH);

  @Test
  void endsAreUtf16OffsetsAfterEmoji() {
    // given: each rocket is one code point and two UTF-16 units
    String text = "🚀 go 🚀 stop";

    int[] ends = ENGLISH.tokenEnds(text);

    assertThat(ends).containsExactly(2, 5, 8, 13);
    assertThat(text.substring(ends[2], ends[3])).isEqualTo(" stop");
  }

  @Test
  void aChineseCharacterIsAToken() {
    assertThat(CHINESE.tokenEnds("知识库，很好")).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void wordPiecesEndInsideTheWord() {
    String text = "embeddings";

    int[] ends = ENGLISH.tokenEnds(text);

    assertThat(ends).hasSizeGreaterThan(1).isSorted();
    assertThat(ends[ends.length - 1]).isEqualTo(text.length());
  }

  @Test
  void accentsAndCombiningMarksKeepTheOffsetsOfTheOriginal() {
    String text = "naïve cafe\u0301 end";

    int[] ends = ENGLISH.tokenEnds(text);

    assertThat(ends[0]).isEqualTo(5);
    assertThat(text.substring(ends[ends.length - 2]).strip()).endsWith("end");
  }

  @Test
  void aLongTextCountsAsTheSumOfItsLines() {
    String line = "Line with 数字 42 and 🚀 rockets, naïve.\n";

    int[] ends = ENGLISH.tokenEnds(line.repeat(3_000));

    int one = ENGLISH.count(line);
    assertThat(ends).hasSize(one * 3_000).isSorted();
    assertThat(ENGLISH.count(line.repeat(3_000))).isEqualTo(one * 3_000);
    int[] first = ENGLISH.tokenEnds(line.strip());
    for (int repeat = 0; repeat < 2_999; repeat += 500) {
      for (int token = 0; token < one; token++) {
        assertThat(ends[repeat * one + token]).isEqualTo(repeat * line.length() + first[token]);
      }
    }
  }

  @Test
  void moreThan512TokensAreCountedAndNotCut() {
    assertThat(ENGLISH.count("text ".repeat(5_000))).isEqualTo(5_000);
  }

  @Test
  void controlCharactersAndLoneSurrogatesHaveOrderedEnds() {
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      String text = random.ints(1 + random.nextInt(60), 0, 6).mapToObj(kind -> switch (kind) {
        case 0 -> "w" + random.nextInt(100);
        case 1 -> " ";
        case 2 -> new String(Character.toChars(0x1F600 + random.nextInt(60)));
        case 3 -> String.valueOf((char) (0x4E00 + random.nextInt(2_000)));
        case 4 -> String.valueOf((char) random.nextInt(0x20));
        default -> String.valueOf((char) (0xD800 + random.nextInt(0x800)));
      }).reduce("", String::concat);

      int[] ends = CHINESE.tokenEnds(text);

      assertThat(ends).isSorted().hasSize(CHINESE.count(text));
      if (ends.length > 0) {
        assertThat(ends[ends.length - 1]).isEqualTo(text.length());
      }
    }
  }
}
