package io.selfrag.query;

import io.selfrag.service.config.ConfigurationException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many searches run at once, and how long their steps may take before the caller is told that something is away.
 *
 * @param concurrency searches at once
 * @param queue searches that wait for their turn; more are told to come back
 * @param embedTimeout longest embedding of a question by one model
 * @param indexTimeout longest search of one collection
 * @param databaseTimeout longest query
 */
@ConfigurationProperties("selfrag.search")
public record SearchSettings(@DefaultValue("16") int concurrency, @DefaultValue("512") int queue,
    @DefaultValue("10s") Duration embedTimeout, @DefaultValue("10s") Duration indexTimeout,
    @DefaultValue("5s") Duration databaseTimeout) {
  public SearchSettings {
    atLeastOne("SEARCH_CONCURRENCY", concurrency);
    atLeastOne("SEARCH_QUEUE", queue);
    positive("SEARCH_EMBED_TIMEOUT", embedTimeout);
    positive("SEARCH_INDEX_TIMEOUT", indexTimeout);
    positive("SEARCH_DATABASE_TIMEOUT", databaseTimeout);
  }

  private static void atLeastOne(String variable, int value) {
    if (value < 1) {
      throw new ConfigurationException(variable, "must be at least 1");
    }
  }

  private static void positive(String variable, Duration value) {
    if (value.toMillis() < 1) {
      throw new ConfigurationException(variable, "must be a positive duration such as 5s");
    }
  }
}
