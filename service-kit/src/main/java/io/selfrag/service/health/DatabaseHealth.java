package io.selfrag.service.health;

import io.selfrag.catalog.CatalogDatabase;
import reactor.core.publisher.Mono;

/** Whether the database answers. */
public final class DatabaseHealth implements HealthComponent {
  private final CatalogDatabase database;

  public DatabaseHealth(CatalogDatabase database) {
    this.database = database;
  }

  @Override
  public String name() {
    return "database";
  }

  @Override
  public boolean requiredForReady() {
    return true;
  }

  @Override
  public Mono<ComponentHealth> check() {
    return database.ping().thenReturn(ComponentHealth.ok());
  }
}
