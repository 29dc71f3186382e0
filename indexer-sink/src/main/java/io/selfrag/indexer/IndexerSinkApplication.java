package io.selfrag.indexer;

import io.selfrag.service.config.DatabaseSettings;
import io.selfrag.service.config.KafkaSettings;
import io.selfrag.service.http.HttpSettings;
import io.selfrag.service.start.ServiceDefinition;
import io.selfrag.service.start.ServiceStart;
import io.selfrag.service.start.SettingsOf;
import io.selfrag.vectorstore.settings.VectorStoreSettings;
import java.util.List;

/** Starts the sink. */
public final class IndexerSinkApplication {
  public static final ServiceDefinition SERVICE = new ServiceDefinition("indexer-sink",
      IndexerSinkConfiguration.class,
      List.of(SettingsOf.of(KafkaSettings.class), SettingsOf.of(DatabaseSettings.class),
          SettingsOf.of(HttpSettings.class), SettingsOf.of(IndexerSettings.class),
          new SettingsOf<>("selfrag.vector-store", VectorStoreSettings.class)));

  private IndexerSinkApplication() {}

  public static void main(String[] args) {
    ServiceStart.main(SERVICE, args);
  }
}
