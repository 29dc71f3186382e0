package io.selfrag.embedding.hashing;

import static io.selfrag.embedding.Vectors.cosine;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.EmbedderContract;

class HashingEmbedderTest extends EmbedderContract {
  @Override
  protected Embedder open() {
    return HashingEmbedder.create(HashingEmbedder.DEFAULT_DIMENSION);
  }

  @Test
  void textsThatShareWordsAreCloserThanThoseThatDoNot() {
    Embedder embedder = HashingEmbedder.create(256);

    List<float[]> vectors = embedder.embedPassages(List.of("how to reset a forgotten password",
        "resetting passwords that users forgot", "rainfall in the northern valleys", "如何重置忘记的密码", "忘记密码后如何重置",
        "北部山谷的降雨量"));

    assertThat(cosine(vectors.get(0), vectors.get(1))).isGreaterThan(cosine(vectors.get(0), vectors.get(2)) + 0.1);
    assertThat(cosine(vectors.get(3), vectors.get(4))).isGreaterThan(cosine(vectors.get(3), vectors.get(5)) + 0.1);
  }

  @Test
  void aTextOfMarksOnlyStillHasAVector() {
    Embedder embedder = open();

    assertThat(embedder.embedPassages(List.of("!!! ---", "???"))).doesNotHaveDuplicates();
  }

  @Test
  void vectorsAreTheSameOnEveryMachine() {
    Embedder embedder = HashingEmbedder.create(4);

    assertThat(embedder.embedQuery("stable")).isEqualTo(new float[]{0.25096217f, 0f, -0.96799695f, 0f});
  }

  @Test
  void countsWordsCharactersAndMarks() {
    assertThat(HashingEmbedder.counter().count("Hello, world")).isEqualTo(3);
    assertThat(HashingEmbedder.counter().count("知识库")).isEqualTo(3);
    assertThat(HashingEmbedder.counter().tokenEnds("ab 🚀")).containsExactly(2, 5);
    assertThat(HashingEmbedder.counter().count("x".repeat(80))).isEqualTo(10);
  }
}
