package io.selfrag.service.http;

import io.selfrag.catalog.operator.AdminToken;
import io.selfrag.catalog.operator.AdminTokens;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Finds out which operator a token is: {@code ADMIN_TOKEN}, which needs no database, or one that was made over the API. What was
 * read is used again for as long as that of an API key.
 */
public final class OperatorDirectory {
  /** Name of the request's header. */
  public static final String HEADER = "X-Admin-Token";
  /** The token of the environment. */
  static final Operator ENVIRONMENT = new Operator(new UUID(0x5e1f4a60_0000_8000L, 0x8000_0000_0000_0001L),
      "ADMIN_TOKEN");

  private static final Logger log = LoggerFactory.getLogger(OperatorDirectory.class);
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int MAX_ENTRIES = 1_000;

  private final byte @Nullable [] environment;
  private final AdminTokens tokens;
  private final InstantSource clock;
  private final Map<ByteBuffer, Entry> cache = new ConcurrentHashMap<>();

  private record Entry(AdminToken token, Instant readAt) {
    boolean isFreshAt(Instant time) {
      return time.isBefore(readAt.plus(CallerDirectory.CACHED));
    }
  }

  /**
   * @param environmentToken null: there is none
   */
  public OperatorDirectory(@Nullable String environmentToken, AdminTokens tokens, InstantSource clock) {
    this.environment = environmentToken == null ? null : environmentToken.getBytes(StandardCharsets.UTF_8);
    this.tokens = tokens;
    this.clock = clock;
  }

  /**
   * The operator whose token this is.
   *
   * @throws SelfRagException {@code MISSING_ADMIN_TOKEN}, {@code INVALID_ADMIN_TOKEN}, {@code STORE_UNAVAILABLE}
   */
  public Mono<Operator> authenticate(@Nullable String given) {
    return Mono.defer(() -> {
      if (given == null || given.isBlank()) {
        throw new SelfRagException(ErrorCode.MISSING_ADMIN_TOKEN, "this route needs the operator's " + HEADER);
      }
      if (environment != null && MessageDigest.isEqual(environment, given.getBytes(StandardCharsets.UTF_8))) {
        return Mono.just(ENVIRONMENT);
      }
      return AdminSecret.isOne(given) ? ofDatabase(new AdminSecret(given).hash()) : Mono.error(invalid());
    });
  }

  /** Drops everything that was read, so that a change just made here is seen here at once. */
  public void forget() {
    cache.clear();
  }

  private Mono<Operator> ofDatabase(byte[] hash) {
    var now = clock.instant();
    var cached = cache.get(ByteBuffer.wrap(hash));
    var token = cached != null && cached.isFreshAt(now)
        ? Mono.just(cached.token())
        : tokens.byHash(hash).timeout(LIMIT)
            .onErrorMap(TimeoutException.class,
                e -> new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "the database did not answer in time", e))
            .filter(found -> MessageDigest.isEqual(found.hash(), hash))
            .map(found -> remember(hash, found.token(), now));
    return token.filter(it -> it.isValidAt(now)).map(it -> new Operator(it.id(), it.name()))
        .switchIfEmpty(Mono.error(OperatorDirectory::invalid));
  }

  private AdminToken remember(byte[] hash, AdminToken token, Instant now) {
    if (cache.size() >= MAX_ENTRIES) {
      cache.values().removeIf(it -> !it.isFreshAt(now));
    }
    if (cache.size() < MAX_ENTRIES) {
      cache.put(ByteBuffer.wrap(hash), new Entry(token, now));
    }
    var last = token.lastUsedAt();
    if (token.isValidAt(now) && (last == null || last.isBefore(now.minus(Duration.ofMinutes(1))))) {
      // Nobody waits for it: when it fails, the column is a minute older.
      tokens.touch(token.id())
          .subscribe(done -> {}, e -> log.atDebug().setCause(e).log("last use of an operator's token not noted"));
    }
    return token;
  }

  private static SelfRagException invalid() {
    return new SelfRagException(ErrorCode.INVALID_ADMIN_TOKEN,
        "this operator token is not known, has expired or was revoked");
  }
}
