package io.selfrag.service.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.service.config.ConfigurationException;
import io.selfrag.service.config.KafkaSettings;
import io.selfrag.service.config.LogSettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsBeforeStartTest {
  private static final ServiceDefinition SERVICE = new ServiceDefinition("some-service", Object.class,
      List.of(SettingsOf.of(KafkaSettings.class)));

  @Test
  void theFilesDefaultsHoldUntilSomethingIsGiven() {
    var environment = ServiceStart.environment(List.of(SERVICE), Map.of("LOG_FORMAT", "json"));

    assertThat(SettingsOf.of(LogSettings.class).bind(environment).format()).isEqualTo("json");
    assertThat(SettingsOf.of(KafkaSettings.class).bind(environment).topicPrefix()).isEqualTo("selfrag.");
  }

  @Test
  void aWrongSettingIsNamedBeforeAnythingIsStarted() {
    assertThatThrownBy(() -> ServiceStart.environment(List.of(SERVICE), Map.of("KAFKA_PARTITIONS", "0")))
        .isInstanceOf(ConfigurationException.class).hasMessage("KAFKA_PARTITIONS must be between 1 and 1000");
  }
}
