package io.selfrag.chunker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.service.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
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

class ChunkerSettingsTest {
  private static final ChunkerSettings DEFAULTS = new ChunkerSettings(Path.of("data/chunker-stream"), 1, 2, 1, 0,
      Duration.ofMillis(100), Duration.ofSeconds(60), Duration.ofSeconds(90), Duration.ofHours(6),
      ChunkerSettings.ParserMode.PROCESS, 384);

  @Test
  void theFileSaysWhatTheRecordSays() {
    assertThat(bind(Map.of())).isEqualTo(DEFAULTS);
  }

  @Test
  void everyKeyIsReadFromItsEnvironmentVariable() {
    var environment = new HashMap<String, Object>();
    environment.put("CHUNKER_STATE_DIR", "/state");
    environment.put("CHUNKER_ORDER_THREADS", "3");
    environment.put("CHUNKER_INTERACTIVE_THREADS", "4");
    environment.put("CHUNKER_BULK_THREADS", "5");
    environment.put("CHUNKER_STANDBY_REPLICAS", "1");
    environment.put("CHUNKER_COMMIT_INTERVAL", "50ms");
    environment.put("PARSE_TIMEOUT", "20s");
    environment.put("CHUNKER_OUTAGE_WAIT", "30s");
    environment.put("CHUNKER_CONTENT_DEADLINE", "1h");
    environment.put("PARSER_MODE", "in_process");
    environment.put("PARSER_HEAP_MB", "512");

    assertThat(bind(environment)).isEqualTo(new ChunkerSettings(Path.of("/state"), 3, 4, 5, 1, Duration.ofMillis(50),
        Duration.ofSeconds(20), Duration.ofSeconds(30), Duration.ofHours(1),
        ChunkerSettings.ParserMode.IN_PROCESS, 512));
  }

  @ParameterizedTest
  @CsvSource({"CHUNKER_ORDER_THREADS,0", "CHUNKER_BULK_THREADS,0", "CHUNKER_INTERACTIVE_THREADS,1000",
      "CHUNKER_STANDBY_REPLICAS,-1", "CHUNKER_COMMIT_INTERVAL,1ms", "PARSE_TIMEOUT,61s", "CHUNKER_OUTAGE_WAIT,200s",
      "CHUNKER_CONTENT_DEADLINE,0s", "PARSER_HEAP_MB,10"})
  void aWrongValueIsNamedAsItIsSet(String name, String value) {
    assertThatThrownBy(() -> bind(Map.of(name, value))).rootCause().isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(name);
  }

  private static ChunkerSettings bind(Map<String, Object> variables) {
    var environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("variables", variables));
    try {
      List.copyOf(new YamlPropertySourceLoader().load("file", new ClassPathResource("chunker-stream.yml")))
          .forEach(environment.getPropertySources()::addLast);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return Binder.get(environment).bindOrCreate("selfrag.chunker", Bindable.of(ChunkerSettings.class));
  }
}
