package io.selfrag.embedding;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Remembers every text that reached the embedder behind it. */
public final class CountingEmbedder implements Embedder {
  private final Embedder delegate;
  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

  public CountingEmbedder(Embedder delegate) {
    this.delegate = delegate;
  }

  public List<String> seen() {
    return List.copyOf(seen);
  }

  @Override
  public ModelId model() {
    return delegate.model();
  }

  @Override
  public int maxTokens() {
    return delegate.maxTokens();
  }

  @Override
  public TokenCounter tokenCounter() {
    return delegate.tokenCounter();
  }

  @Override
  public List<float[]> embedPassages(List<String> texts) {
    seen.addAll(texts);
    return delegate.embedPassages(texts);
  }

  @Override
  public float[] embedQuery(String text) {
    seen.add(text);
    return delegate.embedQuery(text);
  }

  @Override
  public void check() {
    delegate.check();
  }

  @Override
  public void close() {
    delegate.close();
  }
}
