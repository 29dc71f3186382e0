package io.selfrag.query.retrieve;

import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.TokenCounter;
import java.util.List;
import java.util.stream.IntStream;

/** Gives every text the same vector. */
record FixedEmbedder(ModelId model) implements Embedder {
  static final ModelId MODEL = new ModelId("hashing", "hashing", 4);

  @Override
  public int maxTokens() {
    return 512;
  }

  @Override
  public TokenCounter tokenCounter() {
    return new CharacterTokens();
  }

  /** One token a character. */
  private record CharacterTokens() implements TokenCounter {
    @Override
    public int count(String text) {
      return text.length();
    }

    @Override
    public int[] tokenEnds(String text) {
      return IntStream.rangeClosed(1, text.length()).toArray();
    }
  }

  @Override
  public List<float[]> embedPassages(List<String> texts) {
    return texts.stream().map(this::embedQuery).toList();
  }

  @Override
  public float[] embedQuery(String text) {
    var vector = new float[model.dimension()];
    vector[0] = 1;
    return vector;
  }

  @Override
  public void check() {}

  @Override
  public void close() {}
}
