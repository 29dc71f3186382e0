package io.selfrag.embedding.cache;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/** A cache in memory that a test can take away. */
final class MapVectorCache implements VectorCache {
  final Map<String, float[]> vectors = new ConcurrentHashMap<>();
  volatile boolean away;
  volatile int calls;

  @Override
  public Map<String, float[]> get(List<String> keys) {
    answer();
    Map<String, float[]> found = new HashMap<>(vectors);
    found.keySet().retainAll(keys);
    return found;
  }

  @Override
  public void put(Map<String, float[]> fresh) {
    answer();
    vectors.putAll(fresh);
  }

  private synchronized void answer() {
    calls++;
    if (away) {
      throw new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "away");
    }
  }
}
