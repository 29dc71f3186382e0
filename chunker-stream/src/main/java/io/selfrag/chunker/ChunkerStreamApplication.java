package io.selfrag.chunker;

import io.selfrag.embedding.settings.EmbeddingSettings;
import io.selfrag.service.config.DatabaseSettings;
import io.selfrag.service.config.KafkaSettings;
import io.selfrag.service.http.HttpSettings;
import io.selfrag.service.start.ServiceDefinition;
import io.selfrag.service.start.ServiceStart;
import io.selfrag.service.start.SettingsOf;
import java.util.List;

/** Starts the service. */
public final class ChunkerStreamApplication {
  /** The service in a JVM of its own, with a small web server for health and metrics. */
  public static final ServiceDefinition SERVICE = new ServiceDefinition("chunker-stream",
      DeployedChunkerStreamConfiguration.class, settings());
  /** The service inside another process, without a web server. */
  public static final ServiceDefinition EMBEDDED = new ServiceDefinition("chunker-stream",
      ChunkerStreamConfiguration.class, settings());

  private ChunkerStreamApplication() {}

  public static void main(String[] args) {
    ServiceStart.main(SERVICE, args);
  }

  private static List<SettingsOf<?>> settings() {
    return List.of(SettingsOf.of(KafkaSettings.class), SettingsOf.of(DatabaseSettings.class),
        SettingsOf.of(HttpSettings.class), SettingsOf.of(ChunkerSettings.class),
        new SettingsOf<>("selfrag.embedding", EmbeddingSettings.class));
  }
}
