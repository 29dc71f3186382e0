package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.service.config.ConfigurationException;
import io.selfrag.service.start.SettingsOf;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class QueryCacheSettingsPropertiesTest {
  @Test
  void defaults() {
    assertThat(bind(Map.of())).isEqualTo(new QueryCacheSettings(true, Duration.ofMinutes(10)));
  }

  @Test
  void everyKey() {
    assertThat(bind(Map.of("selfrag.query-cache.enabled", "off", "selfrag.query-cache.ttl", "30s")))
        .isEqualTo(new QueryCacheSettings(false, Duration.ofSeconds(30)));
  }

  @Test
  void aWrongValueNamesItsVariable() {
    for (String wrong : new String[]{"0s", "2d"}) {
      assertThatThrownBy(() -> bind(Map.of("selfrag.query-cache.ttl", wrong)))
          .hasRootCauseInstanceOf(ConfigurationException.class).rootCause()
          .hasMessageStartingWith("QUERY_CACHE_TTL ");
    }
  }

  private static QueryCacheSettings bind(Map<String, Object> properties) {
    var environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
    return SettingsOf.of(QueryCacheSettings.class).bind(environment);
  }
}
