package io.selfrag.service.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.catalog.tenant.ApiKey;
import io.selfrag.catalog.tenant.ApiKeys;
import io.selfrag.catalog.tenant.Credential;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds out who a key is. What was read is used again for {@link #CACHED}, by other replicas as well (see {@link SharedCredentials}),
 * which is what bounds the time until a revocation is in force on every replica: messages may hasten it (see {@link #forget}), but
 * nothing depends on their arrival.
 */
public final class CallerDirectory {
  /** Below the second within which a revocation must be in force. */
  static final Duration CACHED = Duration.ofMillis(800);

  /** Longest wait for the database: one that hangs must not keep callers waiting for ever. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(CallerDirectory.class);
  private static final Duration TOUCH_EVERY = Duration.ofMinutes(1);
  private static final int MAX_ENTRIES = 10_000;

  private final ApiKeys keys;
  private final InstantSource clock;
  private final JsonMapper json;
  private final SharedCredentials shared;
  private final Counter found;
  private final Counter read;
  private final Map<ByteBuffer, Entry> cache = new ConcurrentHashMap<>();
  /** How often everything was dropped: what was asked for before that must not be kept after it. */
  private final AtomicLong dropped = new AtomicLong();

  private record Entry(Credential credential, Caller caller, Instant readAt) {}

  CallerDirectory(ApiKeys keys, SharedCredentials shared, InstantSource clock, JsonMapper json, MeterRegistry metrics) {
    this.keys = keys;
    this.shared = shared;
    this.clock = clock;
    this.json = json;
    this.found = lookUps("cache").register(metrics);
    this.read = lookUps("database").register(metrics);
  }

  private static Counter.Builder lookUps(String source) {
    return Counter.builder("selfrag.credentials.lookups")
        .description("keys that were not known here, by where they were found").tag("source", source);
  }

  /**
   * The caller whose key this is.
   *
   * @throws SelfRagException {@code INVALID_API_KEY}, {@code TENANT_DISABLED}, {@code STORE_UNAVAILABLE}
   */
  public Mono<Caller> authenticate(String secret) {
    return authenticate(secret, known -> {});
  }

  /** The same, and says whose key it is before it is refused: that is lost with the refusal, and what is kept may be dropped. */
  Mono<Caller> authenticate(String secret, Consumer<Caller> known) {
    if (!ApiKeySecret.isOne(secret)) {
      return Mono.error(invalid());
    }
    byte[] hash = new ApiKeySecret(secret).hash();
    var now = clock.instant();
    var cached = cache.get(ByteBuffer.wrap(hash));
    if (cached != null && now.isBefore(cached.readAt().plus(CACHED))) {
      known.accept(cached.caller());
      return checked(cached, now);
    }
    long drops = dropped.get();
    return shared.find(hash).flatMap(kept -> {
      var credential = kept.credential();
      if (credential == null || !MessageDigest.isEqual(credential.hash(), hash)) {
        return readBy(hash, now).doOnNext(it -> shared.keep(hash, kept, it, now, left(now)))
            .map(it -> remember(hash, it, now, drops));
      }
      found.increment();
      return Mono.just(remember(hash, credential, now.plus(kept.left()).minus(CACHED), drops));
    }).doOnNext(entry -> known.accept(entry.caller())).flatMap(entry -> checked(entry, now))
        .switchIfEmpty(Mono.error(CallerDirectory::invalid));
  }

  private Mono<Credential> readBy(byte[] hash, Instant now) {
    return keys.byHash(hash).timeout(LIMIT)
        .onErrorMap(TimeoutException.class,
            e -> new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "the database did not answer in time", e))
        .filter(it -> MessageDigest.isEqual(it.hash(), hash)).doOnNext(it -> {
          read.increment();
          touch(it.key(), now);
        });
  }

  /** How long what was asked for then may still be used; a clock that was put back must not make it more. */
  private Duration left(Instant asked) {
    var left = Duration.between(clock.instant(), asked.plus(CACHED));
    return left.compareTo(CACHED) > 0 ? Duration.ZERO : left;
  }

  /**
   * Whose key this was when it was last read, if it would be let in by what was read then and no change was announced since: good
   * for holding it to its limit before it is looked up, and for nothing else.
   */
  Optional<Caller> lastAllowed(String secret) {
    var now = clock.instant();
    return lastRead(secret).filter(it -> refusal(it, now).isEmpty()).map(Entry::caller);
  }

  private Optional<Entry> lastRead(String secret) {
    return ApiKeySecret.isOne(secret)
        ? Optional.ofNullable(cache.get(ByteBuffer.wrap(new ApiKeySecret(secret).hash())))
        : Optional.empty();
  }

  /** Drops everything that was read, so that a change just made here is seen here at once. */
  public void forget() {
    dropped.incrementAndGet();
    cache.clear();
  }

  private Entry remember(byte[] hash, Credential credential, Instant readAt, long drops) {
    var now = clock.instant();
    if (cache.size() >= MAX_ENTRIES) {
      cache.values().removeIf(it -> !now.isBefore(it.readAt().plus(CACHED)));
    }
    var entry = new Entry(credential, toCaller(credential.key()), readAt);
    if (cache.size() < MAX_ENTRIES && drops == dropped.get()) {
      cache.put(ByteBuffer.wrap(hash), entry);
      if (drops != dropped.get()) {
        // Dropped between the two.
        cache.remove(ByteBuffer.wrap(hash), entry);
      }
    }
    return entry;
  }

  private void touch(ApiKey key, Instant now) {
    var last = key.lastUsedAt();
    if (last == null || last.isBefore(now.minus(TOUCH_EVERY))) {
      // Nobody waits for it: when it fails, the column is a minute older.
      keys.touch(key.id()).subscribe(done -> {}, e -> log.atDebug().setCause(e).log("last use of a key not noted"));
    }
  }

  private static Mono<Caller> checked(Entry entry, Instant now) {
    return refusal(entry, now).<Mono<Caller>>map(Mono::error).orElseGet(() -> Mono.just(entry.caller()));
  }

  private static Optional<SelfRagException> refusal(Entry entry, Instant now) {
    var key = entry.credential().key();
    var expires = key.expiresAt();
    if (key.revokedAt() != null || (expires != null && !now.isBefore(expires))) {
      return Optional.of(invalid());
    }
    return switch (entry.credential().tenantStatus()) {
      case "active" -> Optional.empty();
      case "disabled" -> Optional.of(new SelfRagException(ErrorCode.TENANT_DISABLED, "this tenant is disabled"));
      default -> Optional.of(invalid());
    };
  }

  private Caller toCaller(ApiKey key) {
    var scope = key.scopeKnowledgeBaseIds();
    return new Caller(key.tenantId(), key.id(), Role.of(key.role()), scope == null ? null : new HashSet<>(scope),
        identity(key.identity()), key.rateLimitPerMinute());
  }

  private @Nullable CallerIdentity identity(@Nullable String text) {
    return text == null ? null : json.readValue(text, CallerIdentity.class);
  }

  private static SelfRagException invalid() {
    return new SelfRagException(ErrorCode.INVALID_API_KEY, "this API key is not known, has expired or was revoked");
  }
}
