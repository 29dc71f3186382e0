package io.selfrag.service.http;

import java.time.Duration;
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
 * Tells all replicas that a key, a tenant or an operator's token changed, so that they forget what they read. It only hastens:
 * messages may be lost, and {@link CallerDirectory#CACHED} bounds the time until a change is in force all the same.
 */
public final class CredentialChanges implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(CredentialChanges.class);
  private static final String CHANNEL = "selfrag:credentials";
  private static final Duration PUBLISH_LIMIT = Duration.ofMillis(300);

  private final CallerDirectory callers;
  private final OperatorDirectory operators;
  private final SharedCredentials shared;
  private final ReactiveStringRedisTemplate redis;
  private final Disposable.Swap subscription = Disposables.swap();
  private volatile boolean running;

  CredentialChanges(CallerDirectory callers, OperatorDirectory operators, SharedCredentials shared,
      ReactiveStringRedisTemplate redis) {
    this.callers = callers;
    this.operators = operators;
    this.shared = shared;
    this.redis = redis;
  }

  /** Call after the change has committed. Never fails. */
  public Mono<Void> announce() {
    // In this order: what is dropped here must not come back from Redis, nor what others drop.
    return told(shared.forget()).then(Mono.fromRunnable(this::forget))
        .then(told(redis.convertAndSend(CHANNEL, "changed").then()));
  }

  private static Mono<Void> told(Mono<Void> message) {
    return message.subscribeOn(Schedulers.boundedElastic()).timeout(PUBLISH_LIMIT).onErrorResume(e -> {
      log.atDebug().setCause(e).log("change of credentials not announced");
      return Mono.empty();
    });
  }

  private void forget() {
    callers.forget();
    operators.forget();
  }

  @Override
  public void start() {
    running = true;
    subscription.update(Flux.defer(() -> redis.listenToChannel(CHANNEL)).subscribeOn(Schedulers.boundedElastic())
        .doOnNext(message -> forget())
        .retryWhen(Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(500)).maxBackoff(Duration.ofSeconds(10)))
        .subscribe(message -> {}, e -> log.atWarn().setCause(e).log("changes of credentials are no longer heard of")));
  }

  @Override
  public void stop() {
    running = false;
    subscription.update(Disposables.disposed());
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
