package io.selfrag.query.health;

import io.selfrag.service.health.ComponentHealth;
import io.selfrag.service.health.HealthComponent;
import io.selfrag.vectorstore.VectorStore;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Whether the vector store answers. Without it searches fail and everything else works. */
public final class VectorStoreHealth implements HealthComponent {
  private final VectorStore store;

  public VectorStoreHealth(VectorStore store) {
    this.store = store;
  }

  @Override
  public String name() {
    return "vector-store";
  }

  @Override
  public boolean requiredForReady() {
    return false;
  }

  @Override
  public Mono<ComponentHealth> check() {
    return Mono.<ComponentHealth>fromCallable(() -> {
      store.check();
      return ComponentHealth.ok();
    }).subscribeOn(Schedulers.boundedElastic());
  }
}
