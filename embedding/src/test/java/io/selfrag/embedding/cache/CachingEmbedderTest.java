package io.selfrag.embedding.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.selfrag.embedding.CountingEmbedder;
import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.EmbedderContract;
import io.selfrag.embedding.hashing.HashingEmbedder;

class CachingEmbedderTest extends EmbedderContract {
  private final MapVectorCache cache = new MapVectorCache();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final CountingEmbedder model = new CountingEmbedder(HashingEmbedder.create(32));
  private final Embedder caching = new CachingEmbedder(model, cache, metrics);

  @Override
  protected Embedder open() {
    return new CachingEmbedder(HashingEmbedder.create(32), new MapVectorCache(), new SimpleMeterRegistry());
  }

  @Test
  void aTextIsEmbeddedOnce() {
    List<float[]> first = caching.embedPassages(List.of("one", "two", "one"));

    List<float[]> second = caching.embedPassages(List.of("two", "three", "one"));

    assertThat(model.seen()).containsExactly("one", "two", "three");
    assertThat(second.get(0)).isEqualTo(first.get(1));
    assertThat(second.get(2)).isEqualTo(first.get(0)).isEqualTo(first.get(2));
    assertThat(count("hit")).isEqualTo(2);
    assertThat(count("miss")).isEqualTo(4);
  }

  @Test
  void aPassageAndAQuestionOfTheSameWordsAreKeptApart() {
    caching.embedPassages(List.of("words"));
    caching.embedQuery("words");
    caching.embedQuery("words");

    assertThat(model.seen()).containsExactly("words", "words");
  }

  @Test
  void keysNameTheModelAndNeverTheText() {
    caching.embedPassages(List.of("confidential"));

    assertThat(cache.vectors.keySet()).singleElement().asString().contains("hashing/words-and-trigrams/32:p:")
        .doesNotContain("confidential");
  }

  @Test
  void aCachedVectorOfAnotherSizeIsReplaced() {
    caching.embedPassages(List.of("text"));
    cache.vectors.replaceAll((key, vector) -> new float[]{1f});

    assertThat(caching.embedPassages(List.of("text")).getFirst()).hasSize(32);
    assertThat(cache.vectors.values()).allSatisfy(vector -> assertThat(vector).hasSize(32));
  }

  private double count(String result) {
    return metrics.counter("selfrag.embed.cache", "result", result).count();
  }
}
