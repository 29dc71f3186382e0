package io.selfrag.embedder;

import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.TokenCounter;
import io.selfrag.embedding.hashing.HashingEmbedder;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** A model that fails on the texts that a test names, and counts what it was asked. */
public final class ScriptedEmbedder implements Embedder {
  public static final ModelId MODEL = new ModelId("scripted", "script", 8);

  public final Map<String, ErrorCode> refusals = new ConcurrentHashMap<>();
  public final Map<String, float[]> answers = new ConcurrentHashMap<>();
  /** Texts that were embedded. */
  public final List<String> embedded = new CopyOnWriteArrayList<>();
  /** What each call asked for. */
  public final List<List<String>> calls = new CopyOnWriteArrayList<>();
  public final AtomicInteger mostAtOnce = new AtomicInteger();
  private final AtomicInteger atOnce = new AtomicInteger();
  private final Embedder vectors = HashingEmbedder.create(MODEL.dimension());
  /** Calls that succeed before the model goes away. */
  public volatile int goodCalls = Integer.MAX_VALUE;
  /** Non-null: each call waits for a permit. */
  public volatile Semaphore gate;

  @Override
  public ModelId model() {
    return MODEL;
  }

  @Override
  public int maxTokens() {
    return 20;
  }

  @Override
  public TokenCounter tokenCounter() {
    return vectors.tokenCounter();
  }

  @Override
  public List<float[]> embedPassages(List<String> texts) {
    calls.add(texts);
    mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
    try {
      var closed = gate;
      if (closed != null) {
        closed.acquire();
      }
      if (calls.size() > goodCalls) {
        throw new SelfRagException(ErrorCode.MODEL_UNAVAILABLE, "scripted outage");
      }
      for (String text : texts) {
        var refusal = refusals.get(text);
        if (refusal != null) {
          throw new SelfRagException(refusal, "scripted refusal");
        }
      }
      embedded.addAll(texts);
      return texts.stream().map(it -> answers.getOrDefault(it, vectorOf(it))).toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SelfRagException(ErrorCode.MODEL_UNAVAILABLE, "interrupted", e);
    } finally {
      atOnce.decrementAndGet();
    }
  }

  public float[] vectorOf(String text) {
    return vectors.embedPassages(List.of(text)).getFirst();
  }

  @Override
  public float[] embedQuery(String text) {
    throw new UnsupportedOperationException("workers embed passages");
  }

  @Override
  public void check() {
    vectors.check();
  }

  @Override
  public void close() {
    vectors.close();
  }
}
