package io.selfrag.service.health;

import java.util.List;
import java.util.Optional;

/** What the workers in other contexts of this JVM say about themselves; none where they have processes of their own. */
public record LocalStages(List<StageHealth> stages) {
  public static final LocalStages NONE = new LocalStages(List.of());

  public LocalStages {
    stages = List.copyOf(stages);
  }

  /** The stage of this name. */
  public Optional<StageHealth> named(String name) {
    return stages.stream().filter(it -> it.name().equals(name)).findFirst();
  }
}
