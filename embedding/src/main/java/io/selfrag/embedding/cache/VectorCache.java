package io.selfrag.embedding.cache;

import java.util.List;
import java.util.Map;

/** Keeps vectors by key for a while. Safe for concurrent callers; blocks for a bounded time. */
public interface VectorCache {
  /** A cache that holds nothing. */
  VectorCache NONE = new VectorCache() {
    @Override
    public Map<String, float[]> get(List<String> keys) {
      return Map.of();
    }

    @Override
    public void put(Map<String, float[]> vectors) {
      // holds nothing
    }
  };

  /** The vectors that it holds among these keys; throws {@code STORE_UNAVAILABLE} if it is away. */
  Map<String, float[]> get(List<String> keys);

  /** Keeps the vectors, replacing those of the same keys; throws {@code STORE_UNAVAILABLE} if it is away. */
  void put(Map<String, float[]> vectors);
}
