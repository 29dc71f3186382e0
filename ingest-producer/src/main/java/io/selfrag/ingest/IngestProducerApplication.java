package io.selfrag.ingest;

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
import java.util.List;

/** Starts ingest-producer. */
public final class IngestProducerApplication {
  /** The service, as it is started alone or together with others. */
  public static final ServiceDefinition SERVICE = new ServiceDefinition("ingest-producer",
      IngestProducerConfiguration.class, List.of(SettingsOf.of(DatabaseSettings.class),
          SettingsOf.of(KafkaSettings.class), SettingsOf.of(RedisSettings.class), SettingsOf.of(HttpSettings.class),
          SettingsOf.of(RateLimitSettings.class),
          SettingsOf.of(AuditSettings.class), SettingsOf.of(StrangerSettings.class),
          SettingsOf.of(SecretKeySettings.class), SettingsOf.of(IngestSettings.class)));

  private IngestProducerApplication() {}

  public static void main(String[] args) {
    ServiceStart.main(SERVICE, args);
  }
}
