package io.selfrag.query;

import io.selfrag.embedding.settings.EmbeddingSettings;
import io.selfrag.service.audit.AuditSettings;
import io.selfrag.service.config.DatabaseSettings;
import io.selfrag.service.config.KafkaSettings;
import io.selfrag.service.config.RedisSettings;
import io.selfrag.service.config.SecretKeySettings;
import io.selfrag.service.http.HttpSettings;
import io.selfrag.service.http.StrangerSettings;
import io.selfrag.service.limits.RateLimitSettings;
import io.selfrag.service.start.ServiceDefinition;
import io.selfrag.service.start.ServiceStart;
import io.selfrag.service.start.SettingsOf;
import io.selfrag.vectorstore.settings.VectorStoreSettings;
import java.util.List;

/** Starts query-api. */
public final class QueryApiApplication {
  /** The service, as it is started alone or together with others. */
  public static final ServiceDefinition SERVICE = new ServiceDefinition("query-api", QueryApiConfiguration.class,
      List.of(SettingsOf.of(DatabaseSettings.class), SettingsOf.of(KafkaSettings.class),
          SettingsOf.of(RedisSettings.class), SettingsOf.of(HttpSettings.class), SettingsOf.of(RateLimitSettings.class),
          SettingsOf.of(AuditSettings.class), SettingsOf.of(StrangerSettings.class),
          SettingsOf.of(SearchSettings.class), SettingsOf.of(QueryCacheSettings.class),
          SettingsOf.of(ReflectionSettings.class),
          SettingsOf.of(ControlPlaneSettings.class),
          new SettingsOf<>("selfrag.embedding", EmbeddingSettings.class),
          new SettingsOf<>("selfrag.vector-store", VectorStoreSettings.class), GenerationConfiguration.SETTINGS,
          SettingsOf.of(SecretKeySettings.class), SystemConfigConfiguration.RERANK));

  private QueryApiApplication() {}

  public static void main(String[] args) {
    ServiceStart.main(SERVICE, args);
  }
}
