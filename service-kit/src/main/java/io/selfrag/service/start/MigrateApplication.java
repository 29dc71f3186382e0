package io.selfrag.service.start;

import io.selfrag.service.config.DatabaseSettings;
import io.selfrag.service.config.KafkaSettings;
import java.util.List;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Brings the database's schema up to date and creates or checks the topics, then ends: what a deployment runs before its services.
 * They would do the same at their start, so it is safe at any time; but run first and alone, a failure stops the roll-out before
 * any running service is replaced.
 */
public final class MigrateApplication {
  /** Uses the same beans that services start with. */
  public static final ServiceDefinition SERVICE = new ServiceDefinition("migrate", MigrateConfiguration.class,
      List.of(SettingsOf.of(DatabaseSettings.class), SettingsOf.of(KafkaSettings.class)));

  private MigrateApplication() {}

  /** The database and the broker, and nothing else. */
  @Configuration(proxyBeanMethods = false)
  @Import({CoreConfiguration.class, DatabaseConfiguration.class, BrokerConfiguration.class})
  static class MigrateConfiguration {}

  public static void main(String[] args) {
    ServiceStart.once(SERVICE, args);
  }
}
