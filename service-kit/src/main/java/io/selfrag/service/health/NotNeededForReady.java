package io.selfrag.service.health;

import java.util.Set;

/**
 * Components without which this service still answers, whatever other services think of them: {@code /ready} does not ask them,
 * or their outage would take every replica out of a load balancer and with it what still works.
 */
public record NotNeededForReady(Set<String> names) {
  public NotNeededForReady {
    names = Set.copyOf(names);
  }
}
