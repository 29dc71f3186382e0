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

class ControlPlaneSettingsPropertiesTest {
  @Test
  void defaults() {
    assertThat(bind(Map.of())).isEqualTo(new ControlPlaneSettings(Duration.ofSeconds(30), "partition"));
  }

  @Test
  void everyKey() {
    assertThat(bind(Map.of("selfrag.control-plane.timeout", "4s", "selfrag.control-plane.isolation-strategy", "auto")))
        .isEqualTo(new ControlPlaneSettings(Duration.ofSeconds(4), "auto"));
  }

  @Test
  void aWrongValueNamesItsVariable() {
    assertThatThrownBy(() -> bind(Map.of("selfrag.control-plane.timeout", "0s")))
        .hasRootCauseInstanceOf(ConfigurationException.class).rootCause()
        .hasMessageStartingWith("CONTROL_PLANE_TIMEOUT ");
    assertThatThrownBy(() -> bind(Map.of("selfrag.control-plane.isolation-strategy", "shared")))
        .hasRootCauseInstanceOf(ConfigurationException.class).rootCause()
        .hasMessageStartingWith("QDRANT_ISOLATION_STRATEGY ");
  }

  private static ControlPlaneSettings bind(Map<String, Object> properties) {
    var environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
    return SettingsOf.of(ControlPlaneSettings.class).bind(environment);
  }
}
