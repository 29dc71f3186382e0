package io.selfrag.service.limits;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Takes a token for each request. Never fails: while Redis is away each replica has buckets of its own, and after a failure Redis is
 * left alone for a pause, so that an outage does not cost every request a time-out. Safe for concurrent callers.
 */
public final class RateLimits {
  private static final Logger log = LoggerFactory.getLogger(RateLimits.class);
  private static final Duration LIMIT = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofSeconds(5);
  /** The longest unused bucket goes first; what it forgets is in Redis. */
  private static final int MAX_BUCKETS = 10_000;

  private final Map<RouteClass, Optional<Rate>> rates;
  private final int burst;
  private final SharedBuckets shared;
  private final LongSupplier nanoTime;
  private final Counter refusals;
  private final Counter errors;
  private final Map<String, CredentialBucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, CredentialBucket> eldest) {
      return size() > MAX_BUCKETS;
    }
  };
  /** Null while Redis answers. */
  private final AtomicReference<@Nullable Pause> pause = new AtomicReference<>();

  /** The time until which Redis is left alone, by the clock of nanoseconds. */
  private record Pause(long until) {}

  public RateLimits(RateLimitSettings settings, SharedBuckets shared, MeterRegistry metrics, LongSupplier nanoTime) {
    this.rates = settings.rates();
    this.burst = settings.burst();
    this.shared = shared;
    this.nanoTime = nanoTime;
    this.refusals = Counter.builder("selfrag.rate_limit.refused").description("requests over their rate limit")
        .register(metrics);
    this.errors = Counter.builder("selfrag.rate_limit.cache_errors")
        .description("requests whose limit was held by this replica alone, after Redis failed them").register(metrics);
  }

  /**
   * Takes a token; empty if the request is not limited.
   *
   * @param perMinute the credential's own limit, for all its routes together; null: that of the class
   */
  public Mono<Allowance> take(UUID credential, RouteClass routes, @Nullable Integer perMinute) {
    return Mono.defer(() -> {
      var bucket = bucket(credential, routes, perMinute);
      return bucket == null ? Mono.empty() : counted(take(bucket));
    });
  }

  private Mono<Allowance> counted(Mono<Allowance> taken) {
    return taken.doOnNext(it -> {
      if (!it.granted()) {
        refusals.increment();
      }
    });
  }

  private Mono<Allowance> take(CredentialBucket bucket) {
    long now = nanoTime.getAsLong();
    var refusal = bucket.standingRefusal(now);
    if (refusal != null) {
      return Mono.just(refusal);
    }
    if (!bucket.isShared(shared)) {
      return Mono.just(bucket.takeLocal(now));
    }
    var current = pause.get();
    // Whoever prolongs the pause tries; the others go on with their own buckets.
    if (current != null && (now - current.until() < 0 || !pause.compareAndSet(current, pauseFrom(now)))) {
      return Mono.just(bucket.takeLocal(now));
    }
    return bucket.takeShared(now).timeout(LIMIT).doOnNext(taken -> answered()).onErrorResume(e -> {
      failed(e);
      return Mono.just(bucket.takeLocal(nanoTime.getAsLong()));
    });
  }

  private void answered() {
    if (pause.get() != null && pause.getAndSet(null) != null) {
      log.atInfo().log("rate limits are shared again");
    }
  }

  private void failed(Throwable failure) {
    errors.increment();
    if (pause.getAndSet(pauseFrom(nanoTime.getAsLong())) == null) {
      log.atWarn().setCause(failure).log("cache is away: each replica limits rates alone until it answers");
    }
  }

  private static Pause pauseFrom(long now) {
    return new Pause(now + PAUSE.toNanos());
  }

  private @Nullable CredentialBucket bucket(UUID credential, RouteClass routes, @Nullable Integer perMinute) {
    // A limit that was changed is another bucket.
    if (perMinute != null) {
      return bucket(credential + ":own:" + perMinute, Rate.perMinute(perMinute));
    }
    var routeClass = rates.containsKey(routes) ? routes : RouteClass.DEFAULT;
    var rate = rates.getOrDefault(routeClass, Optional.empty()).orElse(null);
    return rate == null ? null : bucket(credential + ":" + routeClass.settingName(), rate);
  }

  private CredentialBucket bucket(String name, Rate rate) {
    synchronized (buckets) {
      return buckets.computeIfAbsent(name, it -> new CredentialBucket(it, rate, burst));
    }
  }
}
