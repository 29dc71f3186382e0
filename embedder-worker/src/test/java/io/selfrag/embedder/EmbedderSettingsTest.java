package io.selfrag.embedder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.service.config.ConfigurationException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

class EmbedderSettingsTest {
  @Test
  void theFileSaysWhatTheRecordSays() throws IOException {
    assertThat(bind(Map.of()))
        .isEqualTo(new EmbedderSettings(2, 128, Duration.ofMillis(20), 0, 8192, 0))
        .isEqualTo(new Binder().bindOrCreate("selfrag.embedder", Bindable.of(EmbedderSettings.class)));
  }

  @Test
  void everyKeyIsReadFromItsEnvironmentVariable() throws IOException {
    var settings = bind(Map.of("EMBEDDER_CONSUMERS", "3", "EMBEDDER_BATCH_RECORDS", "64", "EMBEDDER_LINGER", "50ms",
        "EMBEDDER_PIECE_TEXTS", "8", "EMBEDDER_PIECE_TOKENS", "1024", "EMBEDDER_CONCURRENCY", "6"));

    assertThat(settings).isEqualTo(new EmbedderSettings(3, 64, Duration.ofMillis(50), 8, 1024, 6));
  }

  @ParameterizedTest
  @CsvSource({"EMBEDDER_CONSUMERS,0", "EMBEDDER_CONSUMERS,65", "EMBEDDER_BATCH_RECORDS,0",
      "EMBEDDER_BATCH_RECORDS,2001", "EMBEDDER_LINGER,6s", "EMBEDDER_PIECE_TEXTS,-1", "EMBEDDER_PIECE_TEXTS,501",
      "EMBEDDER_PIECE_TOKENS,0", "EMBEDDER_CONCURRENCY,-1", "EMBEDDER_CONCURRENCY,257"})
  void aWrongValueIsNamedAsItIsSet(String name, String value) {
    assertThatThrownBy(() -> bind(Map.of(name, value))).rootCause().isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(name);
  }

  private static EmbedderSettings bind(Map<String, Object> variables) throws IOException {
    var environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("variables", variables));
    new YamlPropertySourceLoader().load("file", new ClassPathResource("embedder-worker.yml"))
        .forEach(environment.getPropertySources()::addLast);
    return Binder.get(environment).bindOrCreate("selfrag.embedder", Bindable.of(EmbedderSettings.class));
  }
}
