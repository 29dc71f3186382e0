package io.selfrag.query;

import io.selfrag.service.config.ConfigurationException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether what questions cost is kept for the next caller of the same rights.
 *
 * @param enabled off: every question is embedded and searched anew
 * @param ttl how long hits are kept at most
 */
@ConfigurationProperties("selfrag.query-cache")
public record QueryCacheSettings(@DefaultValue("on") boolean enabled, @DefaultValue("10m") Duration ttl) {
  private static final Duration LONGEST = Duration.ofDays(1);

  public QueryCacheSettings {
    if (ttl.toMillis() < 1 || ttl.compareTo(LONGEST) > 0) {
      throw new ConfigurationException("QUERY_CACHE_TTL", "must be a duration of up to a day, such as 10m");
    }
  }
}
