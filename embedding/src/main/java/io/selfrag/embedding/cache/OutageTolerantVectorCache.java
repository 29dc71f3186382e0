package io.selfrag.embedding.cache;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.schemas.SelfRagException;

/**
 * Makes a cache that is away look empty: work is slower and nothing fails. After a failure the cache is left alone for a
 * pause, so that an outage does not cost every call a time-out; then one caller tries again. An outage is logged once when
 * it begins and once when it ends; every failed call counts in {@code selfrag.embed.cache{result=error}}.
 */
public final class OutageTolerantVectorCache implements VectorCache {
  private static final Logger log = LoggerFactory.getLogger(OutageTolerantVectorCache.class);

  private final VectorCache delegate;
  private final Duration pause;
  private final InstantSource clock;
  private final Counter errors;
  /** When the next try is due; null while the cache answers. */
  private final AtomicReference<@Nullable Instant> retryAt = new AtomicReference<>();

  public OutageTolerantVectorCache(VectorCache delegate, Duration pause, InstantSource clock, MeterRegistry metrics) {
    this.delegate = delegate;
    this.pause = pause;
    this.clock = clock;
    this.errors = Counter.builder("selfrag.embed.cache").description("texts looked up in the vector cache")
        .tag("result", "error").register(metrics);
  }

  @Override
  public Map<String, float[]> get(List<String> keys) {
    return attempt(() -> delegate.get(keys), Map.of());
  }

  @Override
  public void put(Map<String, float[]> vectors) {
    attempt(() -> {
      delegate.put(vectors);
      return true;
    }, false);
  }

  private <T> T attempt(Supplier<T> call, T otherwise) {
    Instant due = retryAt.get();
    Instant now = clock.instant();
    boolean away = due != null;
    // Whoever moves the date tries; the others go on without the cache.
    if (away && (now.isBefore(due) || !retryAt.compareAndSet(due, now.plus(pause)))) {
      return otherwise;
    }
    try {
      T result = call.get();
      if (away && retryAt.getAndSet(null) != null) {
        log.atInfo().log("vector cache answers again");
      }
      return result;
    } catch (SelfRagException e) {
      if (!e.isTransient()) {
        throw e;
      }
      errors.increment();
      if (retryAt.getAndSet(clock.instant().plus(pause)) == null) {
        log.atWarn().setCause(e).log("vector cache is away: every text is embedded anew until it answers");
      }
      return otherwise;
    }
  }
}
