package io.selfrag.service.http;

import io.github.bucket4j.Bucket;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Holds callers that show wrong credentials to a number a minute for each address, by this replica's own count, so that guessing is
 * slow and costs the database little. A key that was good here is not held up by others at its address; an operator's token always
 * is, or guessing it could go on. Also bounds what such callers add to the audit log. Safe for concurrent callers.
 */
final class Strangers {
  /** All addresses together add no more to the audit log, at once and an hour: whoever has many of them must not fill it. */
  static final int RECORDS_PER_HOUR = 3_600;

  /** What is counted apart. */
  private enum Kind {
    KEY, TOKEN, RECORD
  }

  /** The longest unused goes first. */
  private static final int MAX_ENTRIES = 10_000;
  /** One host has this much of IPv6 to choose addresses from. */
  private static final int IPV6_PREFIX = 8;

  private final int perMinute;
  private final Counter refusals;
  private final Counter unrecorded;
  private final Bucket records = Bucket.builder()
      .addLimit(limit -> limit.capacity(RECORDS_PER_HOUR).refillGreedy(RECORDS_PER_HOUR, Duration.ofHours(1))).build();
  private final Map<Source, Bucket> buckets = new Newest<>();
  private final Map<ByteBuffer, Boolean> good = new Newest<>();

  private record Source(Kind kind, String network) {}

  private static final class Newest<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;

    Newest() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > MAX_ENTRIES;
    }
  }

  Strangers(StrangerSettings settings, MeterRegistry metrics) {
    this.perMinute = settings.failuresPerMinute();
    this.refusals = Counter.builder("selfrag.auth.throttled")
        .description("requests refused because their address had shown too many wrong credentials").register(metrics);
    this.unrecorded = Counter.builder("selfrag.audit.strangers_unrecorded")
        .description("denied requests without a known credential, beyond those that are recorded").register(metrics);
  }

  /** The authentication by a key; not tried when too many failed from there. */
  <T> Mono<T> key(@Nullable InetAddress from, String secret, Mono<T> authenticated) {
    if (perMinute == 0) {
      return authenticated;
    }
    var hash = ApiKeySecret.isOne(secret) ? ByteBuffer.wrap(new ApiKeySecret(secret).hash()) : null;
    if (hash != null && isGood(hash)) {
      return authenticated.doOnError(Strangers::isRefusal, e -> {
        forget(hash);
        bucket(from, Kind.KEY).tryConsume(1);
      });
    }
    return held(from, Kind.KEY, authenticated).doOnSuccess(it -> {
      if (hash != null) {
        remember(hash);
      }
    });
  }

  /** The authentication by an operator's token. */
  <T> Mono<T> token(@Nullable InetAddress from, @Nullable String token, Mono<T> authenticated) {
    // Nothing shown is nothing guessed.
    return perMinute == 0 || token == null || token.isBlank()
        ? authenticated
        : held(from, Kind.TOKEN, authenticated);
  }

  /** Whether one more denied request of nobody known is recorded; counts it if not. */
  boolean isRecorded(@Nullable InetAddress from) {
    boolean room = (perMinute == 0 || bucket(from, Kind.RECORD).tryConsume(1)) && records.tryConsume(1);
    if (!room) {
      unrecorded.increment();
    }
    return room;
  }

  /** Its try is taken before it is made, or any number could be under way at once; one that was no wrong credential is given back. */
  private <T> Mono<T> held(@Nullable InetAddress from, Kind kind, Mono<T> authenticated) {
    return Mono.defer(() -> {
      var bucket = bucket(from, kind);
      var probe = bucket.tryConsumeAndReturnRemaining(1);
      if (probe.isConsumed()) {
        return authenticated.doOnSuccess(it -> bucket.addTokens(1))
            .doOnError(e -> !isRefusal(e), e -> bucket.addTokens(1));
      }
      refusals.increment();
      return Mono.error(new SelfRagException(ErrorCode.RATE_LIMIT_EXCEEDED,
          "too many wrong credentials came from this address", null,
          Duration.ofNanos(probe.getNanosToWaitForRefill())));
    });
  }

  private static boolean isRefusal(Throwable failure) {
    return failure instanceof SelfRagException it
        && (it.code() == ErrorCode.INVALID_API_KEY || it.code() == ErrorCode.INVALID_ADMIN_TOKEN);
  }

  private boolean isGood(ByteBuffer hash) {
    synchronized (good) {
      return good.get(hash) != null;
    }
  }

  private void remember(ByteBuffer hash) {
    synchronized (good) {
      good.put(hash, true);
    }
  }

  private void forget(ByteBuffer hash) {
    synchronized (good) {
      good.remove(hash);
    }
  }

  private Bucket bucket(@Nullable InetAddress from, Kind kind) {
    var source = new Source(kind, network(from));
    synchronized (buckets) {
      return buckets.computeIfAbsent(source, it -> Bucket.builder()
          .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, Duration.ofMinutes(1))).build());
    }
  }

  private static String network(@Nullable InetAddress address) {
    if (address == null) {
      return "";
    }
    var bytes = address.getAddress();
    return HexFormat.of().formatHex(bytes.length == Integer.BYTES ? bytes : Arrays.copyOf(bytes, IPV6_PREFIX));
  }
}
