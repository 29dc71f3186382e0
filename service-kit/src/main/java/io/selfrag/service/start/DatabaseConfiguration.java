package io.selfrag.service.start;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.CatalogMigration;
import io.selfrag.catalog.outbox.Outbox;
import io.selfrag.service.config.DatabaseSettings;
import io.selfrag.service.config.ReportSettings;
import io.selfrag.service.health.DatabaseHealth;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The database, its schema brought up to date before anything uses it. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({DatabaseSettings.class, ReportSettings.class})
public class DatabaseConfiguration {
  @Bean
  CatalogDatabase catalogDatabase(DatabaseSettings settings, Environment environment) {
    CatalogMigration.migrate(settings.address());
    return settings.open(environment.getProperty("spring.application.name", "selfrag"));
  }

  @Bean
  ReportDatabase reportDatabase(ReportSettings reports, DatabaseSettings settings, CatalogDatabase database,
      Environment environment) {
    var readUrl = reports.readUrl();
    return readUrl == null
        ? new ReportDatabase(database, false)
        : new ReportDatabase(settings.at(readUrl).open(environment.getProperty("spring.application.name", "selfrag")),
            true);
  }

  @Bean
  Outbox outbox(CatalogDatabase database) {
    return new Outbox(database);
  }

  @Bean
  DatabaseHealth databaseHealth(CatalogDatabase database) {
    return new DatabaseHealth(database);
  }
}
