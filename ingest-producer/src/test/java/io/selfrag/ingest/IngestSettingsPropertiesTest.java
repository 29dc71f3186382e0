package io.selfrag.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.service.config.ConfigurationException;
import io.selfrag.service.start.SettingsOf;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

class IngestSettingsPropertiesTest {
  @Test
  void theFilesDefaultsAreThoseOfTheRecord() {
    assertThat(withVariables(Map.of("java.io.tmpdir", "/t"))).isEqualTo(new IngestSettings(50, 50, 1048576, 1000,
        Duration.ofMillis(50), 200, 100_000, Duration.ofSeconds(30), Duration.ofSeconds(20), 2048,
        Duration.ofSeconds(30),
        "/t", Duration.ofMinutes(2), Duration.ofSeconds(30), Duration.ofMinutes(15), Duration.ofMinutes(10)));
    // A folder cannot be named in an annotation.
    assertThat(withoutFile(Map.of("selfrag.ingest.temp-dir", "/t")))
        .isEqualTo(withVariables(Map.of("java.io.tmpdir", "/t")));
  }

  @Test
  void everyVariableReachesItsSetting() {
    assertThat(withVariables(Map.ofEntries(Map.entry("MAX_DOCUMENT_SIZE_MB", "1"),
        Map.entry("INTERACTIVE_MAX_IN_FLIGHT", "2"), Map.entry("INTERACTIVE_MAX_BYTES", "3"),
        Map.entry("INGEST_MAX_WAITERS", "4"), Map.entry("INGEST_WAIT_POLL", "50"), Map.entry("INGEST_MAX_STREAMS", "6"),
        Map.entry("MAX_OPEN_DOCUMENTS", "7"), Map.entry("INGEST_ACK_TIMEOUT", "8"), Map.entry("BULK_MAX_LINE_KB", "9"),
        Map.entry("FETCH_TIMEOUT", "10"), Map.entry("UPLOAD_TEMP_DIR", "/u"), Map.entry("INGEST_REAP_AFTER", "120"),
        Map.entry("INGEST_REAP_EVERY", "13"), Map.entry("INGEST_UPKEEP_EVERY", "14"),
        Map.entry("INGEST_ANSWER_TIMEOUT", "15"), Map.entry("INGEST_JOB_IDLE", "16"))))
        .isEqualTo(new IngestSettings(1, 2, 3, 4, Duration.ofMillis(50), 6, 7, Duration.ofSeconds(15),
            Duration.ofSeconds(8), 9, Duration.ofSeconds(10), "/u", Duration.ofMinutes(2), Duration.ofSeconds(13),
            Duration.ofSeconds(16), Duration.ofSeconds(14)));
  }

  @ParameterizedTest
  @CsvSource({"MAX_DOCUMENT_SIZE_MB,0", "MAX_DOCUMENT_SIZE_MB,1025", "INTERACTIVE_MAX_IN_FLIGHT,-1",
      "INTERACTIVE_MAX_BYTES,-1", "INGEST_MAX_WAITERS,-1", "INGEST_WAIT_POLL,9ms", "INGEST_WAIT_POLL,6s",
      "INGEST_MAX_STREAMS,-1", "MAX_OPEN_DOCUMENTS,0", "INGEST_ACK_TIMEOUT,0", "BULK_MAX_LINE_KB,0",
      "BULK_MAX_LINE_KB,65537", "FETCH_TIMEOUT,0", "UPLOAD_TEMP_DIR,' '", "INGEST_REAP_AFTER,30s",
      "INGEST_REAP_EVERY,0", "INGEST_UPKEEP_EVERY,-1s", "INGEST_ANSWER_TIMEOUT,0", "INGEST_JOB_IDLE,1s"})
  void aWrongValueNamesItsVariable(String variable, String value) {
    assertThatThrownBy(() -> withVariables(Map.of("java.io.tmpdir", "/t", variable, value))).rootCause()
        .isInstanceOf(ConfigurationException.class).hasMessageStartingWith(variable + " ");
  }

  private static IngestSettings withoutFile(Map<String, Object> variables) {
    return SettingsOf.of(IngestSettings.class).bind(environment(variables));
  }

  private static IngestSettings withVariables(Map<String, Object> variables) {
    var environment = environment(variables);
    try {
      new YamlPropertySourceLoader().load("file", new ClassPathResource("ingest-producer.yml"))
          .forEach(environment.getPropertySources()::addLast);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return SettingsOf.of(IngestSettings.class).bind(environment);
  }

  /** Chosen variables instead of this machine's. */
  private static StandardEnvironment environment(Map<String, Object> variables) {
    var environment = new StandardEnvironment();
    environment.getPropertySources().forEach(it -> environment.getPropertySources().remove(it.getName()));
    environment.getPropertySources().addLast(new MapPropertySource("variables", new HashMap<>(variables)));
    return environment;
  }
}
