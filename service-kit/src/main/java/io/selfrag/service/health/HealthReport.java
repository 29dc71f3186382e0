package io.selfrag.service.health;

import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Asks all components at once, none of them for longer than two seconds. Answers are used again for a second, so that many
 * who ask cost no more than one.
 */
public final class HealthReport {
  private static final Logger log = LoggerFactory.getLogger(HealthReport.class);
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private static final Duration FRESH = Duration.ofSeconds(1);

  private final LongSupplier nanoTime;
  private final Mono<Result> all;
  private final Mono<Result> required;

  /**
   * @param notNeeded names of components that this service is ready without
   */
  public HealthReport(List<HealthComponent> components, Set<String> notNeeded, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.all = check(components).cache(FRESH);
    this.required = check(components.stream()
        .filter(it -> it.requiredForReady() && !notNeeded.contains(it.name())).toList()).cache(FRESH);
  }

  /** A component's answer and how long it took. */
  public record Checked(String name, ComponentHealth health, Duration latency) {}

  /**
   * All answers.
   *
   * @param status the worst of them; ok if there is none
   */
  public record Result(HealthStatus status, Map<String, Checked> components) {}

  /** Everything. */
  public Mono<Result> ofAll() {
    return all;
  }

  /** What the service cannot work without. */
  public Mono<Result> ofRequired() {
    return required;
  }

  private Mono<Result> check(Collection<HealthComponent> asked) {
    var copy = List.copyOf(asked);
    return Flux.fromIterable(copy).flatMap(this::check, Math.max(1, copy.size())).collectList().map(answers -> {
      var byName = new TreeMap<String, Checked>();
      var worst = HealthStatus.OK;
      for (Checked it : answers) {
        byName.put(it.name(), it);
        worst = worst.worse(it.health().status());
      }
      return new Result(worst, byName);
    });
  }

  private Mono<Checked> check(HealthComponent component) {
    return Mono.defer(() -> {
      long start = nanoTime.getAsLong();
      return component.check().timeout(LIMIT).onErrorResume(failure -> {
        log.atDebug().addKeyValue("component", component.name()).setCause(failure).log("health check failed");
        return Mono.just(ComponentHealth.down(message(failure)));
      }).map(it -> new Checked(component.name(), it, Duration.ofNanos(nanoTime.getAsLong() - start)));
    });
  }

  private static String message(Throwable failure) {
    return switch (failure) {
      case TimeoutException it -> "no answer within " + LIMIT.toSeconds() + " s";
      case SelfRagException it -> it.detail();
      // Vendors' messages may name hosts.
      default -> "check failed (" + failure.getClass().getSimpleName() + ")";
    };
  }
}
