package io.selfrag.service.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.catalog.tenant.Credential;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/**
 * What replicas read of keys, kept in Redis for each other under the hashes of their secrets: a key that is used on all of them costs
 * the database one look-up in {@link CallerDirectory#CACHED}. What is kept goes at the age that it may have, counted from when the
 * database was asked, and counts no longer once a change was announced; so neither a lost message nor Redis going away lets anyone
 * in for longer. Each is signed with its time, so that Redis is believed nothing ({@link CredentialSeal}); without a
 * {@code SECRET_KEY} nothing is shared. Never fails: without Redis nothing is found. Safe for concurrent callers.
 */
final class SharedCredentials {
  private static final Logger log = LoggerFactory.getLogger(SharedCredentials.class);
  private static final Duration LIMIT = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofSeconds(5);
  /** Counts announced changes. The braces keep all in one slot of a cluster. */
  private static final String CHANGES = "{selfrag:credentials}:changes";
  private static final String PREFIX = "{selfrag:credentials}:2:";
  /** The count of changes, what is kept if that was read since the last of them, and how long it may still be used. */
  private static final RedisScript<List<Object>> READ = script("""
      local changes = redis.call('get', KEYS[1]) or '0'
      local kept = redis.call('hmget', KEYS[2], 'changes', 'value', 'read_at', 'signature')
      if kept[1] ~= changes or not kept[4] then return {changes} end
      return {changes, tostring(redis.call('pttl', KEYS[2])), kept[2], kept[3], kept[4]}
      """);
  private static final RedisScript<List<Object>> WRITE = script("""
      redis.call('hset', KEYS[1], 'changes', ARGV[1], 'value', ARGV[2], 'read_at', ARGV[3], 'signature', ARGV[4])
      redis.call('pexpire', KEYS[1], ARGV[5])
      return {}
      """);

  /** A time of the era, in milliseconds. */
  private static final Pattern MILLIS = Pattern.compile("\\d{1,15}");

  private final ReactiveStringRedisTemplate redis;
  private final @Nullable CredentialSeal seal;
  private final Counter forged;
  private final JsonMapper json = JsonMapper.shared();
  private final InstantSource clock;
  /** Null while Redis answers; else the time until which it is left alone. */
  private final AtomicReference<@Nullable Instant> pausedUntil = new AtomicReference<>();

  SharedCredentials(ReactiveStringRedisTemplate redis, Optional<CredentialSeal> seal, InstantSource clock,
      MeterRegistry metrics) {
    this.redis = redis;
    this.seal = seal.orElse(null);
    this.clock = clock;
    this.forged = Counter.builder("selfrag.credentials.unsigned")
        .description("what Redis held of keys that no replica with this SECRET_KEY had signed").register(metrics);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // A class cannot name the elements' type.
  private static RedisScript<List<Object>> script(String text) {
    return (RedisScript) RedisScript.of(text, List.class);
  }

  /**
   * What Redis said.
   *
   * @param changes how many changes had been announced; null: Redis did not answer
   * @param credential null: nothing that may be used
   * @param left how long it may be used, from when it was asked for
   */
  record Found(@Nullable String changes, @Nullable Credential credential, Duration left) {
    static final Found NOTHING = new Found(null, null, Duration.ZERO);
  }

  /** What another replica read of the key with this hash. */
  Mono<Found> find(byte[] hash) {
    var signed = seal;
    return signed == null
        ? Mono.just(Found.NOTHING)
        : asked(Mono.defer(() -> redis.execute(READ, List.of(CHANGES, key(hash))).next())
            .map(answer -> found(signed, hash, answer.stream().map(String::valueOf).toList())))
            .defaultIfEmpty(Found.NOTHING);
  }

  private Found found(CredentialSeal signed, byte[] hash, List<String> answer) {
    var changes = answer.getFirst();
    if (answer.size() < 5) {
      return new Found(changes, null, Duration.ZERO);
    }
    var value = answer.get(2);
    if (!MILLIS.matcher(answer.get(3)).matches()) {
      return unsigned(changes);
    }
    var readAt = Instant.ofEpochMilli(Long.parseLong(answer.get(3)));
    if (!signed.isOurs(answer.get(4), hash, changes, readAt, value)) {
      return unsigned(changes);
    }
    // Redis counts the time whatever the replicas' clocks say; the clock is for what was put back there after its time.
    var age = Duration.between(readAt, clock.instant());
    var left = Duration.ofMillis(Long.parseLong(answer.get(1)));
    return !left.isPositive() || age.abs().compareTo(CallerDirectory.CACHED) > 0
        ? new Found(changes, null, Duration.ZERO)
        : new Found(changes, json.readValue(value, Credential.class),
            Collections.min(List.of(left, CallerDirectory.CACHED.minus(age), CallerDirectory.CACHED)));
  }

  private Found unsigned(String changes) {
    forged.increment();
    return new Found(changes, null, Duration.ZERO);
  }

  /**
   * Keeps what was read after {@code before} was found, for as long as is left; nobody waits for it.
   *
   * @param readAt when the database was asked
   */
  void keep(byte[] hash, Found before, Credential credential, Instant readAt, Duration left) {
    var changes = before.changes();
    var signed = seal;
    if (signed != null && changes != null && left.toMillis() > 0) {
      var value = json.writeValueAsString(credential);
      var values = List.of(changes, value, String.valueOf(readAt.toEpochMilli()),
          signed.sign(hash, changes, readAt, value), String.valueOf(left.toMillis()));
      asked(Mono.defer(() -> redis.execute(WRITE, List.of(key(hash)), values).then())).subscribe();
    }
  }

  /** Makes unusable what is kept. Fails when Redis is away. */
  Mono<Void> forget() {
    return redis.opsForValue().increment(CHANGES).then();
  }

  /** Empty if Redis fails, and for a pause after that: an outage must not cost every look-up a time-out. */
  private <T> Mono<T> asked(Mono<T> question) {
    return Mono.defer(() -> {
      var until = pausedUntil.get();
      if (until != null && clock.instant().isBefore(until)) {
        return Mono.empty();
      }
      // Connecting blocks.
      return question.subscribeOn(Schedulers.boundedElastic()).timeout(LIMIT).doOnSuccess(it -> answered())
          .onErrorResume(e -> {
            failed(e);
            return Mono.empty();
          });
    });
  }

  private void answered() {
    if (pausedUntil.get() != null && pausedUntil.getAndSet(null) != null) {
      log.atInfo().log("replicas share what they read of keys again");
    }
  }

  private void failed(Throwable failure) {
    if (pausedUntil.getAndSet(clock.instant().plus(PAUSE)) == null) {
      log.atWarn().setCause(failure).log("cache is away: each replica reads keys from the database until it answers");
    }
  }

  private static String key(byte[] hash) {
    return PREFIX + HexFormat.of().formatHex(hash);
  }
}
