package io.selfrag.generation.reflect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SentenceBufferTest {
  private static final String TEXT = "The pump runs [1]. It stops. [2][3] 水泵启动了。[1] 它停了[2]。\n- A seal, 3.5 mm. Done";

  @Test
  void citationsBehindAFullStopBelongToTheSentence() {
    assertThat(all(TEXT, TEXT.length())).containsExactly("The pump runs [1]. ", "It stops. [2][3] ", "水泵启动了。[1] ",
        "它停了[2]。\n", "- A seal, 3.5 mm. ", "Done");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void howTheTextIsCutIntoPiecesDoesNotMatter(int size) {
    assertThat(all(TEXT, size)).isEqualTo(all(TEXT, TEXT.length()));
  }

  @Test
  void nothingIsLostWhateverComes() {
    var random = new Random(7);
    var alphabet = "aB. [1]?。，\n2「」".toCharArray();
    for (int round = 0; round < 300; round++) {
      var text = new StringBuilder();
      for (int i = 0; i < 60; i++) {
        text.append(alphabet[random.nextInt(alphabet.length)]);
      }

      var joined = String.join("", all(text.toString(), 1 + random.nextInt(9)));

      assertThat(joined.replaceAll("\\s", "")).isEqualTo(text.toString().replaceAll("\\s", ""));
    }
  }

  private static List<String> all(String text, int size) {
    var buffer = new SentenceBuffer();
    var sentences = new ArrayList<String>();
    for (int i = 0; i < text.length(); i += size) {
      sentences.addAll(buffer.add(text.substring(i, Math.min(text.length(), i + size))));
    }
    sentences.addAll(buffer.rest());
    return sentences;
  }
}
