package io.selfrag.service.health;

import java.util.List;

/** Several components that belong together, as one bean. */
@FunctionalInterface
public interface HealthComponents {
  List<HealthComponent> all();
}
