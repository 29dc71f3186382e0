package io.selfrag.service.config;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.DatabaseAddress;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * Where the database is and how many connections a service may hold.
 *
 * <p>Times without a unit are seconds.
 *
 * @param poolSize connections; with {@code maxOverflow} the upper bound of the pool
 */
@ConfigurationProperties("selfrag.database")
public record DatabaseSettings(@DefaultValue("postgresql://postgres@localhost:5432/selfrag") String url,
    @DefaultValue("10") int poolSize, @DefaultValue("10") int maxOverflow,
    @DefaultValue("30s") @DurationUnit(ChronoUnit.SECONDS) Duration poolTimeout,
    @DefaultValue("30s") @DurationUnit(ChronoUnit.SECONDS) Duration statementTimeout) {
  public DatabaseSettings {
    if (poolSize < 1 || poolSize > 500) {
      throw new ConfigurationException("DB_POOL_SIZE", "must be between 1 and 500");
    }
    if (maxOverflow < 0 || maxOverflow > 500) {
      throw new ConfigurationException("DB_MAX_OVERFLOW", "must be between 0 and 500");
    }
    if (!poolTimeout.isPositive()) {
      throw new ConfigurationException("DB_POOL_TIMEOUT", "must be longer than nothing, such as 30s");
    }
    if (!statementTimeout.isPositive()) {
      throw new ConfigurationException("DB_STATEMENT_TIMEOUT", "must be longer than nothing, such as 30s");
    }
    parse(url);
  }

  /** Settings with all defaults. */
  public static DatabaseSettings of(String url) {
    return new DatabaseSettings(url, 10, 10, Duration.ofSeconds(30), Duration.ofSeconds(30));
  }

  /** The same for another address. */
  public DatabaseSettings at(String another) {
    return new DatabaseSettings(another, poolSize, maxOverflow, poolTimeout, statementTimeout);
  }

  public DatabaseAddress address() {
    return parse(url);
  }

  /** A pool of this size; the caller closes it. */
  public CatalogDatabase open(String applicationName) {
    return new CatalogDatabase(address(), applicationName, poolSize + maxOverflow, poolTimeout, statementTimeout);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "DatabaseSettings[" + address() + "]";
  }

  private static DatabaseAddress parse(String url) {
    try {
      return DatabaseAddress.parse(url);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException("DATABASE_URL", String.valueOf(e.getMessage()));
    }
  }
}
