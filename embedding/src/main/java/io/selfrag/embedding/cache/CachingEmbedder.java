package io.selfrag.embedding.cache;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.embedding.CallGate;
import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.TokenCounter;

/**
 * Asks the cache first and the model only for the rest, each text once however often a call names it. A cached vector of
 * another dimension counts as absent. Counts {@code selfrag.embed.cache{result=hit|miss}} by text.
 */
public final class CachingEmbedder implements Embedder {
  private final Embedder delegate;
  private final VectorCache cache;
  private final Counter hits;
  private final Counter misses;
  private final CallGate gate;

  /** Closes the delegate with itself; the cache is its opener's to close. */
  public CachingEmbedder(Embedder delegate, VectorCache cache, MeterRegistry metrics) {
    this.delegate = delegate;
    this.cache = cache;
    this.hits = counter(metrics, "hit");
    this.misses = counter(metrics, "miss");
    this.gate = new CallGate(delegate.model().key());
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
    return gate.call(() -> embed(CacheKeys.PASSAGE, texts));
  }

  @Override
  public float[] embedQuery(String text) {
    return gate.call(() -> embed(CacheKeys.QUERY, List.of(text)).getFirst());
  }

  @Override
  public void check() {
    delegate.check();
  }

  @Override
  public void close() {
    gate.shut(delegate::close);
  }

  private List<float[]> embed(CacheKeys kind, List<String> texts) {
    if (texts.isEmpty()) {
      return List.of();
    }
    List<String> keys = texts.stream().map(text -> kind.of(model(), text)).toList();
    Map<String, float[]> vectors = cached(keys.stream().distinct().toList());
    Map<String, String> missing = new LinkedHashMap<>();
    for (int i = 0; i < texts.size(); i++) {
      if (vectors.containsKey(keys.get(i))) {
        hits.increment();
      } else {
        misses.increment();
        missing.put(keys.get(i), texts.get(i));
      }
    }
    if (!missing.isEmpty()) {
      Map<String, float[]> fresh = fresh(kind, missing);
      vectors.putAll(fresh);
      cache.put(fresh);
    }
    return keys.stream().map(key -> Objects.requireNonNull(vectors.get(key))).toList();
  }

  private Map<String, float[]> cached(List<String> keys) {
    Map<String, float[]> usable = new HashMap<>(cache.get(keys));
    usable.values().removeIf(vector -> vector.length != model().dimension());
    return usable;
  }

  private Map<String, float[]> fresh(CacheKeys kind, Map<String, String> missing) {
    List<String> texts = new ArrayList<>(missing.values());
    List<float[]> vectors = switch (kind) {
      case PASSAGE -> delegate.embedPassages(texts);
      case QUERY -> texts.stream().map(delegate::embedQuery).toList();
    };
    Map<String, float[]> fresh = new LinkedHashMap<>();
    int next = 0;
    for (String key : missing.keySet()) {
      fresh.put(key, vectors.get(next++));
    }
    return fresh;
  }

  private static Counter counter(MeterRegistry metrics, String result) {
    return Counter.builder("selfrag.embed.cache").description("texts looked up in the vector cache")
        .tag("result", result)
        .register(metrics);
  }
}
