package io.selfrag.standalone.up;

import io.selfrag.service.health.LocalStages;
import io.selfrag.service.health.StageHealth;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.springframework.context.ConfigurableApplicationContext;

/** The contexts of the workers, stopped side by side: none needs another, and each waits for its own consumers to leave. */
final class Workers implements AutoCloseable {
  private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

  void add(ConfigurableApplicationContext context) {
    contexts.add(context);
  }

  /** What the workers say about themselves. */
  LocalStages stages() {
    return new LocalStages(
        contexts.stream().flatMap(it -> it.getBeansOfType(StageHealth.class).values().stream()).toList());
  }

  @Override
  public void close() {
    try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("stop-worker-", 0).factory())) {
      CompletableFuture.allOf(contexts.stream().map(it -> CompletableFuture.runAsync(it::close, threads))
          .toArray(CompletableFuture[]::new)).join();
    }
  }
}
