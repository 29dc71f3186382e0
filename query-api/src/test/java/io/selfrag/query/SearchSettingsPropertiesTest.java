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

class SearchSettingsPropertiesTest {
  @Test
  void defaults() {
    assertThat(bind(Map.of())).isEqualTo(
        new SearchSettings(16, 512, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(5)));
  }

  @Test
  void everyKey() {
    assertThat(bind(Map.of("selfrag.search.concurrency", "2", "selfrag.search.queue", "3",
        "selfrag.search.embed-timeout", "4s", "selfrag.search.index-timeout", "500ms",
        "selfrag.search.database-timeout",
        "6s")))
        .isEqualTo(new SearchSettings(2, 3, Duration.ofSeconds(4), Duration.ofMillis(500), Duration.ofSeconds(6)));
  }

  @Test
  void aWrongValueNamesItsVariable() {
    assertThatThrownBy(() -> bind(Map.of("selfrag.search.concurrency", "0")))
        .hasRootCauseInstanceOf(ConfigurationException.class).rootCause().hasMessageStartingWith("SEARCH_CONCURRENCY ");
    assertThatThrownBy(() -> bind(Map.of("selfrag.search.index-timeout", "0s"))).rootCause()
        .hasMessageStartingWith("SEARCH_INDEX_TIMEOUT ");
  }

  private static SearchSettings bind(Map<String, Object> properties) {
    var environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
    return SettingsOf.of(SearchSettings.class).bind(environment);
  }
}
