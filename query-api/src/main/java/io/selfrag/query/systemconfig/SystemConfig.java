package io.selfrag.query.systemconfig;

import io.selfrag.catalog.StoreCalls;
import io.selfrag.catalog.operator.ConfigOverride;
import io.selfrag.catalog.operator.ConfigOverrides;
import io.selfrag.generation.settings.GenerationSettings;
import io.selfrag.query.retrieve.RerankSettings;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.config.SecretKeySettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * The settings that operators can change while the system runs, as they are now. Asking blocks nobody. A change made on another
 * replica is in force here within {@link #POLL}; a message over Redis hastens it, and nothing depends on its arrival. While the
 * database is away, what was read last holds.
 */
public final class SystemConfig implements SmartLifecycle {
  /** Below the second within which a change must be in force. */
  static final Duration POLL = Duration.ofMillis(700);

  private static final Logger log = LoggerFactory.getLogger(SystemConfig.class);
  private static final String CHANNEL = "selfrag:system-config";
  private static final Duration PUBLISH_LIMIT = Duration.ofMillis(300);
  private static final Duration READ_LIMIT = Duration.ofSeconds(5);
  private static final Duration FIRST_READ_LIMIT = Duration.ofSeconds(30);

  private final ConfigOverrides table;
  private final ChosenSettings environment;
  private final Set<ConfigKey> given;
  private final SecretBox box;
  private final ReactiveStringRedisTemplate redis;
  private final AtomicLong reads = new AtomicLong();
  private final Disposable.Swap upkeep = Disposables.swap();
  private volatile ConfigSnapshot snapshot;
  private long shown;
  private volatile boolean running;

  private SystemConfig(ConfigOverrides table, ChosenSettings environment, Set<ConfigKey> given, SecretBox box,
      ReactiveStringRedisTemplate redis) {
    this.table = table;
    this.environment = environment;
    this.given = Set.copyOf(given);
    this.box = box;
    this.redis = redis;
    this.snapshot = ConfigSnapshot.of(environment, List.of(), box);
  }

  /**
   * Reads the table once, which blocks, so that no answer is given by other settings than those an operator made.
   *
   * @param generation and the others: as the environment has them
   * @param given the keys whose variables are set in the environment
   * @param random fit for secrets
   */
  public static SystemConfig open(ConfigOverrides table, GenerationSettings generation, RerankSettings rerank,
      Set<ConfigKey> given, SecretKeySettings settings, RandomGenerator random, ReactiveStringRedisTemplate redis) {
    var config = new SystemConfig(table, new ChosenSettings(generation, rerank), given,
        new SecretBox(settings.key(), random), redis);
    StoreCalls.await(config.refresh(), FIRST_READ_LIMIT);
    return config;
  }

  /**
   * Who writes answers now, and how.
   *
   * @throws SelfRagException {@code MODEL_UNAVAILABLE} if the stored key that it needs cannot be read
   */
  public GenerationSettings generation() {
    var now = snapshot;
    var settings = now.settings().generation();
    if (settings.chosenProvider() == GenerationSettings.Provider.OPENAI
        && now.errors().containsKey(ConfigKey.LLM_API_KEY)) {
      throw new SelfRagException(ErrorCode.MODEL_UNAVAILABLE,
          "the language model's stored key cannot be read; the operator must store it again");
    }
    return settings;
  }

  /** Who reranks passages now, and how. */
  public RerankSettings rerank() {
    return snapshot.settings().rerank();
  }

  /** Whether secrets can be stored. */
  public boolean canKeepSecrets() {
    return box.hasKey();
  }

  /** Everything that can be set, as it is now. */
  public List<ConfigEntry> entries() {
    var now = snapshot;
    return Arrays.stream(ConfigKey.values()).map(key -> now.entry(key, given)).toList();
  }

  /** Reads the table anew; what a read that began later has seen is not replaced. */
  Mono<ConfigSnapshot> refresh() {
    return Mono.defer(() -> {
      long read = reads.incrementAndGet();
      return table.all().collectList().publishOn(Schedulers.boundedElastic()).map(rows -> show(read, rows));
    });
  }

  private synchronized ConfigSnapshot show(long read, List<ConfigOverride> rows) {
    if (read > shown) {
      shown = read;
      if (!rows.equals(snapshot.rows())) {
        snapshot = ConfigSnapshot.of(environment, rows, box);
        snapshot.errors().forEach((key, error) -> log.atError().addKeyValue("key", key.wireName())
            .addKeyValue("reason", error).log("a stored setting is not in force"));
      }
    }
    return snapshot;
  }

  /**
   * Changes values, all or none, and tells the other replicas.
   *
   * @param changes as text, secrets in the clear; empty removes
   * @throws IllegalArgumentException if what would hold then is not right; the message begins with the key's variable
   */
  public Mono<Void> change(Map<ConfigKey, Optional<String>> changes, String operator) {
    return Mono.fromCallable(() -> sealed(changes)).subscribeOn(Schedulers.boundedElastic())
        .flatMap(stored -> table.exclusively(rows -> {
          check(rows, changes);
          return Flux.fromIterable(stored.entrySet()).concatMap(it -> it.getValue()
              .map(value -> table.put(it.getKey().wireName(), value, operator))
              .orElseGet(() -> table.remove(List.of(it.getKey().wireName())))).then();
        })).then(Mono.defer(this::refresh)).then(Mono.defer(this::announce));
  }

  private Map<ConfigKey, Optional<String>> sealed(Map<ConfigKey, Optional<String>> changes) {
    var sealed = new EnumMap<>(changes);
    sealed.replaceAll((key, value) -> key.isSecret() ? value.map(it -> box.seal(key.wireName(), it)) : value);
    return sealed;
  }

  /** What a secret is makes no difference, and so none is opened. */
  private void check(List<ConfigOverride> rows, Map<ConfigKey, Optional<String>> changes) {
    var values = new EnumMap<ConfigKey, String>(ConfigKey.class);
    rows.forEach(row -> ConfigKey.of(row.key()).ifPresent(key -> values.put(key, row.value())));
    changes.forEach((key, value) -> value.ifPresentOrElse(it -> values.put(key, it), () -> values.remove(key)));
    environment.with(values);
  }

  private Mono<Void> announce() {
    return redis.convertAndSend(CHANNEL, "changed").subscribeOn(Schedulers.boundedElastic()).timeout(PUBLISH_LIMIT)
        .then().onErrorResume(e -> {
          log.atDebug().setCause(e).log("change of settings not announced");
          return Mono.empty();
        });
  }

  @Override
  public void start() {
    running = true;
    var heard = Flux.defer(() -> redis.listenToChannel(CHANNEL)).subscribeOn(Schedulers.boundedElastic())
        .map(_ -> true)
        .retryWhen(Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(500)).maxBackoff(Duration.ofSeconds(10)));
    upkeep.update(Flux.merge(heard, Flux.interval(POLL).map(_ -> false)).onBackpressureLatest()
        .concatMap(_ -> refresh().timeout(READ_LIMIT).onErrorResume(e -> {
          log.atDebug().setCause(e).log("settings not read; the last ones hold");
          return Mono.empty();
        }), 1)
        .subscribe(_ -> {}, e -> log.atError().setCause(e).log("changes of settings are no longer heard of")));
  }

  @Override
  public void stop() {
    running = false;
    upkeep.update(Disposables.disposed());
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
