package io.selfrag.indexer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.service.config.ConfigurationException;
import io.selfrag.service.start.SettingsOf;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class IndexerSettingsPropertiesTest {
  @Test
  void defaults() {
    assertThat(bind(Map.of())).isEqualTo(new IndexerSettings(2, 500, 2, true, Duration.ofSeconds(1),
        Duration.ofSeconds(60), Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofSeconds(1), 100_000,
        Duration.ofMillis(500)));
  }

  @Test
  void theKeysOfIsolation() {
    var settings = bind(Map.of("selfrag.indexer.isolation-interval", "3s", "selfrag.indexer.isolation-auto-threshold",
        "7"));

    assertThat(settings.isolationInterval()).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.isolationAutoThreshold()).isEqualTo(7);
  }

  @Test
  void aWrongValueNamesItsVariable() {
    assertRefused("isolation-interval", "0s", "ISOLATION_INTERVAL ");
    assertRefused("reindex-interval", "0s", "REINDEX_INTERVAL ");
    assertRefused("isolation-auto-threshold", "0", "ISOLATION_AUTO_THRESHOLD ");
    assertRefused("purge-repeat", "0s", "PURGE_REPEAT ");
  }

  private static void assertRefused(String key, String value, String variable) {
    assertThatThrownBy(() -> bind(Map.of("selfrag.indexer." + key, value)))
        .hasRootCauseInstanceOf(ConfigurationException.class).rootCause().hasMessageStartingWith(variable);
  }

  private static IndexerSettings bind(Map<String, Object> properties) {
    var environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
    return SettingsOf.of(IndexerSettings.class).bind(environment);
  }
}
