package io.selfrag.embedding.metrics;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.TokenCounter;
import io.selfrag.schemas.SelfRagException;

/**
 * Times each call of a model as {@code selfrag.embed.duration{provider,outcome}}, where the outcome is {@code success} or
 * the kind of the failure, and counts {@code selfrag.embed.texts} and {@code selfrag.embed.tokens} of what was embedded. Stands
 * under the cache, so that it sees work and not look-ups.
 */
public final class InstrumentedEmbedder implements Embedder {
  private final Embedder delegate;
  private final MeterRegistry metrics;
  private final Counter texts;
  private final Counter tokens;

  public InstrumentedEmbedder(Embedder delegate, MeterRegistry metrics) {
    this.delegate = delegate;
    this.metrics = metrics;
    this.texts = Counter.builder("selfrag.embed.texts").description("texts embedded").tag("provider", provider())
        .register(metrics);
    this.tokens = Counter.builder("selfrag.embed.tokens").description("tokens embedded, by the model's counter")
        .tag("provider", provider()).register(metrics);
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
  public List<float[]> embedPassages(List<String> passages) {
    return timed(passages, () -> delegate.embedPassages(passages));
  }

  @Override
  public float[] embedQuery(String text) {
    return timed(List.of(text), () -> delegate.embedQuery(text));
  }

  @Override
  public void check() {
    delegate.check();
  }

  @Override
  public void close() {
    delegate.close();
  }

  private <T> T timed(List<String> embedded, Supplier<T> call) {
    Timer.Sample sample = Timer.start(metrics);
    String outcome = "internal";
    try {
      T result = call.get();
      outcome = "success";
      texts.increment(embedded.size());
      tokens.increment(embedded.stream().mapToInt(tokenCounter()::count).sum());
      return result;
    } catch (SelfRagException e) {
      outcome = e.code().kind().name().toLowerCase(Locale.ROOT);
      throw e;
    } finally {
      sample.stop(Timer.builder("selfrag.embed.duration").description("time of one call of an embedding model")
          .tag("provider", provider()).tag("outcome", outcome).register(metrics));
    }
  }

  private String provider() {
    return delegate.model().provider();
  }
}
