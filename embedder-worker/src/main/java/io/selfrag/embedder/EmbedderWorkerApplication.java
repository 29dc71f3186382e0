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
  public static final ServiceDefinition SERVICE = new ServiceDefinition("embedder-worker",
      EmbedderWorkerConfiguration.class,
      List.of(SettingsOf.of(KafkaSettings.class), SettingsOf.of(RedisSettings.class),
          SettingsOf.of(HttpSettings.class), SettingsOf.of(EmbedderSettings.class),
          new SettingsOf<>("selfrag.embedding", EmbeddingSettings.class)));

  private EmbedderWorkerApplication() {}

  public static void main(String[] args) {
    ServiceStart.main(SERVICE, args);
  }
}
