package io.selfrag.service.health;

import reactor.core.publisher.Mono;

/**
 * Something a service works with, or a part of it. Every bean of this type is shown at {@code /health/detailed}. A check that
 * fails or takes too long counts as down, so that implementations need not catch.
 */
public interface HealthComponent {
  /** Lower-case name, unique in the service: {@code database}, {@code broker}, {@code embedder}. */
  String name();

  /** True if the service cannot work without it: then {@code /ready} needs it too. */
  boolean requiredForReady();

  /** Looks now; must not block. */
  Mono<ComponentHealth> check();
}
