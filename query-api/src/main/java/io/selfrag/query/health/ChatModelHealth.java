package io.selfrag.query.health;

import io.selfrag.service.health.ComponentHealth;
import io.selfrag.service.health.HealthComponent;
import io.selfrag.service.health.HealthStatus;
import reactor.core.publisher.Mono;

/** Says that there is no chat model: passages are found, and nothing writes answers from them. */
public final class ChatModelHealth implements HealthComponent {
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
    return Mono.just(new ComponentHealth(HealthStatus.OK, "none: passages are found, no answers are written", null));
  }
}
