package io.selfrag.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskedTest {
  @ParameterizedTest
  @ValueSource(strings = {"SECRET_KEY", "ADMIN_TOKEN", "LLM_API_KEY", "KAFKA_SSL_KEY_PASSWORD",
      "KAFKA_SASL_JAAS_CONFIG", "KAFKA_SSL_TRUSTSTORE_PASSWORD", "QDRANT_API_KEY"})
  void aSecretIsNotShown(String variable) {
    assertThat(Masked.value(variable, "hunter2")).isEqualTo("********");
    assertThat(Masked.value(variable, "")).as("that there is none is").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"LLM_MAX_TOKENS", "EMBEDDER_PIECE_TOKENS", "KEEP_VECTORS", "KAFKA_SSL_KEYSTORE_LOCATION",
      "KAFKA_SSL_KEYSTORE_TYPE", "PORT"})
  void whatIsNoneIs(String variable) {
    assertThat(Masked.value(variable, "1")).isEqualTo("1");
  }

  @Test
  void thePasswordOfAnAddressIsNotShown() {
    assertThat(Masked.value("DATABASE_URL", "postgresql+asyncpg://u:p@ss:w@db:5432/kb"))
        .isEqualTo("postgresql+asyncpg://u:********@db:5432/kb");
    assertThat(Masked.value("REDIS_URL", "redis://:hunter2@cache:6379")).isEqualTo("redis://:********@cache:6379");
    assertThat(Masked.text("cannot reach postgresql://db/kb?user=u&password=hunter2&sslmode=require"))
        .isEqualTo("cannot reach postgresql://db/kb?user=u&password=********&sslmode=require");
  }
}
