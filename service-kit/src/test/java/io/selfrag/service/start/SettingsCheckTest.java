package io.selfrag.service.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.selfrag.service.config.ConfigurationException;
import io.selfrag.service.config.DatabaseSettings;
import io.selfrag.service.config.KafkaSettings;
import io.selfrag.service.config.LogSettings;
import io.selfrag.service.config.RedisSettings;
import io.selfrag.service.config.ServiceKitFile;
import io.selfrag.service.http.HttpSettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.env.MapPropertySource;

class SettingsCheckTest {
  private static final List<SettingsOf<?>> ALL = List.of(SettingsOf.of(LogSettings.class),
      SettingsOf.of(DatabaseSettings.class), SettingsOf.of(KafkaSettings.class), SettingsOf.of(RedisSettings.class),
      SettingsOf.of(HttpSettings.class));

  @Test
  void theDefaultsAreRight() {
    assertThatCode(() -> SettingsCheck.check(ServiceKitFile.with(Map.of()), ALL)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"DATABASE_URL | mysql://x", "DB_POOL_SIZE | 0", "DB_POOL_SIZE | many",
      "DB_MAX_OVERFLOW | -1", "DB_POOL_TIMEOUT | soon", "DB_STATEMENT_TIMEOUT | 0s", "REDIS_URL | localhost",
      "KAFKA_BOOTSTRAP_SERVERS | broker", "KAFKA_TOPIC_PREFIX | a/b", "KAFKA_PARTITIONS | 0",
      "KAFKA_REPLICATION | none", "ADMIN_TOKEN | short", "MAX_BODY_SIZE_MB | 0", "MAX_REQUEST_SIZE_MB | 2000",
      "BODY_MEMORY_MB | -1", "LOG_FORMAT | xml", "LOG_LEVEL | LOUD"})
  void aWrongValueIsOneLineThatNamesTheVariable(String variable, String value) {
    var problem = problem(Map.of(variable, value));

    assertThat(problem).startsWith(variable + " ").doesNotContain("\n");
  }

  @Test
  void aValueThatIsNoSecretIsShown() {
    assertThat(problem(Map.of("DB_POOL_SIZE", "many"))).isEqualTo("DB_POOL_SIZE is not a valid int: \"many\"");
  }

  @Test
  void aSecretIsNotRepeated() {
    assertThat(problem(Map.of("ADMIN_TOKEN", "hunter2"))).doesNotContain("hunter2");
    assertThat(problem(Map.of("DATABASE_URL", "mysql://u:hunter2@x/y"))).doesNotContain("hunter2");
    assertThat(problem(Map.of("REDIS_URL", "http://:hunter2@x"))).doesNotContain("hunter2");
  }

  @Test
  void severalWrongValuesAreALineEach() {
    assertThat(problem(Map.of("LOG_LEVEL", "LOUD", "DB_POOL_SIZE", "0", "REDIS_URL", "x")).lines())
        .satisfiesExactly(it -> assertThat(it).startsWith("LOG_LEVEL "),
            it -> assertThat(it).startsWith("DB_POOL_SIZE "), it -> assertThat(it).startsWith("REDIS_URL "));
  }

  @Test
  void severalWrongValuesOfOneRecordAreALineEachToo() {
    assertThat(problem(Map.of("DB_POOL_SIZE", "many", "DB_MAX_OVERFLOW", "-1", "DB_POOL_TIMEOUT", "soon",
        "DATABASE_URL", "mysql://x", "KAFKA_PARTITIONS", "0", "KAFKA_REPLICATION", "0")).lines()
        .map(it -> it.split(" ")[0])).containsExactlyInAnyOrder("DB_POOL_SIZE", "DB_MAX_OVERFLOW", "DB_POOL_TIMEOUT",
            "DATABASE_URL", "KAFKA_PARTITIONS", "KAFKA_REPLICATION");
  }

  @Test
  void aValueUnderAnotherNameOfItsVariableIsNamedByThatOne() {
    assertThat(problem(Map.of("DATABASE_POOL_TIMEOUT", "0s"))).startsWith("DATABASE_POOL_TIMEOUT must");
    assertThat(problem(Map.of("DATABASE_POOL_SIZE", "many"))).startsWith("DATABASE_POOL_SIZE is not a valid int");
    assertThat(problem(Map.of("DB_POOL_SIZE", "0", "DATABASE_POOL_SIZE", "5"))).as("the usual name wins")
        .startsWith("DB_POOL_SIZE must");
  }

  @Test
  void aWrongPortIsNamedByItsVariable() {
    for (String port : List.of("abc", "70000", "-1")) {
      var environment = ServiceKitFile.with(Map.of("SOME_PORT", port, "LOG_LEVEL", "LOUD"));
      environment.getPropertySources()
          .addLast(new MapPropertySource("service", Map.of("server.port", "${SOME_PORT:8020}")));

      assertThatThrownBy(() -> SettingsCheck.check(environment, ALL)).isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("LOG_LEVEL must")
          .hasMessageContaining("SOME_PORT must be a port between 0 and 65535: \"" + port + "\"");
    }
  }

  private static String problem(Map<String, Object> environment) {
    return catchThrowableOfType(ConfigurationException.class,
        () -> SettingsCheck.check(ServiceKitFile.with(environment), ALL)).getMessage();
  }
}
