package io.selfrag.embedder;

import io.selfrag.embedding.settings.EmbeddingSettings;
import io.selfrag.service.config.KafkaSettings;
import io.selfrag.service.config.RedisSettings;
import io.selfrag.service.http.HttpSettings;
import io.selfrag.service.start.ServiceDefinition;
import io.selfrag.service.start.ServiceStart;
import io.selfrag.service.start.SettingsOf;
import java.util.List;

/** Starts the worker. */
public final class EmbedderWorkerApplication {
  /** The service in a JVM of its own, with a small web server for health and metrics. */
  public static final ServiceDefinition SERVICE = new ServiceDefinition("embedder-worker",
      EmbedderWorkerConfiguration.Deployed.class, settings());
  /** The service inside another process, without a web server. */
  public static final ServiceDefinition EMBEDDED = new ServiceDefinition("embedder-worker",
      EmbedderWorkerConfiguration.class, settings());

  private EmbedderWorkerApplication() {}

  public static void main(String[] args) {
    ServiceStart.main(SERVICE, args);
  }

  private static List<SettingsOf<?>> settings() {
    return List.of(SettingsOf.of(KafkaSettings.class), SettingsOf.of(RedisSettings.class),
        SettingsOf.of(HttpSettings.class), SettingsOf.of(EmbedderSettings.class),
        new SettingsOf<>("selfrag.embedding", EmbeddingSettings.class));
  }
}
