package io.selfrag.service.limits;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** One credential's bucket of one rate: the one all replicas share, and this replica's own. */
final class CredentialBucket {
  private final String name;
  private final Rate rate;
  private final int burst;
  private final BucketConfiguration configuration;
  private volatile @Nullable AsyncBucketProxy shared;
  private volatile long refusedUntil;
  private volatile boolean refused;
  private @Nullable Bucket local;

  CredentialBucket(String name, Rate rate, int burst) {
    // Redis keeps a bucket's rate with it, and settings change.
    this.name = name + ":" + rate.requests() + "/" + rate.period().toSeconds() + "+" + burst;
    this.rate = rate;
    this.burst = burst;
    this.configuration = BucketConfiguration.builder()
        .addLimit(limit -> limit.capacity(rate.requests() + burst).refillGreedy(rate.requests(), rate.period()))
        .build();
  }

  /** The last refusal, as long as no token can have come since. */
  @Nullable
  Allowance standingRefusal(long nanoTime) {
    if (!refused) {
      return null;
    }
    long left = refusedUntil - nanoTime;
    return left > 0 ? Allowance.refused(rate, Duration.ofNanos(left)) : null;
  }

  /** Whether there is a bucket to share; {@link #takeShared} needs one. */
  boolean isShared(SharedBuckets buckets) {
    if (shared == null) {
      synchronized (this) {
        if (shared == null) {
          shared = buckets.bucket(name, configuration);
        }
      }
    }
    return shared != null;
  }

  Mono<Allowance> takeShared(long nanoTime) {
    var bucket = Objects.requireNonNull(shared);
    // Whoever does not wait any longer must not cancel what others wait for as well.
    return Mono.fromFuture(() -> bucket.tryConsumeAndReturnRemaining(1), true)
        .map(probe -> remembered(Allowance.of(probe, rate, burst), nanoTime));
  }

  Allowance takeLocal(long nanoTime) {
    return remembered(Allowance.of(ownBucket().tryConsumeAndReturnRemaining(1), rate, burst), nanoTime);
  }

  private synchronized Bucket ownBucket() {
    var own = local;
    if (own == null) {
      own = Bucket.builder()
          .addLimit(limit -> limit.capacity(rate.requests() + burst).refillGreedy(rate.requests(), rate.period()))
          .build();
      local = own;
    }
    return own;
  }

  private Allowance remembered(Allowance allowance, long nanoTime) {
    if (allowance.granted()) {
      refused = false;
    } else {
      refusedUntil = nanoTime + allowance.retryAfter().toNanos();
      refused = true;
    }
    return allowance;
  }
}
