package io.selfrag.query.health;

import io.selfrag.generation.settings.ChatModels;
import io.selfrag.service.health.ComponentHealth;
import io.selfrag.service.health.HealthComponent;
import io.selfrag.service.health.HealthStatus;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Who writes answers now, and whether it can. A server is not asked more often than every ten seconds. Without it answers fail, unless
 * {@code auto} falls back to quotes; searches work.
 */
public final class ChatModelHealth implements HealthComponent {
  private static final Duration FRESH = Duration.ofSeconds(10);
  private static final Duration RECHECK_FAILURE = Duration.ofSeconds(2);

  private final Mono<ComponentHealth> checked;

  public ChatModelHealth(ChatModels models) {
    checked = Mono.<ComponentHealth>fromCallable(() -> {
      var model = models.choose();
      model.check();
      return new ComponentHealth(HealthStatus.OK, model.writes()
          ? model.id().provider() + "/" + model.id().model()
          : "extractive: answers are quotes, there is no language model", null);
    }).subscribeOn(Schedulers.boundedElastic()).cache(_ -> FRESH, _ -> RECHECK_FAILURE, () -> Duration.ZERO);
  }

  @Override
  public String name() {
    return "chat-model";
  }

  @Override
  public boolean requiredForReady() {
    return false;
  }

  @Override
  public Mono<ComponentHealth> check() {
    return checked;
  }
}
