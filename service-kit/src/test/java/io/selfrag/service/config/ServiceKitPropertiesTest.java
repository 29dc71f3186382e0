package io.selfrag.service.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.service.audit.AuditSettings;
import io.selfrag.service.http.HttpSettings;
import io.selfrag.service.http.StrangerSettings;
import io.selfrag.service.limits.RateLimitSettings;
import io.selfrag.service.start.SettingsOf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.StandardEnvironment;

class ServiceKitPropertiesTest {
  @Test
  void everyKeyItsVariableAndItsDefaultAreAsTheyWere() throws IOException {
    try (var golden = getClass().getResourceAsStream("/golden/service-kit.properties.txt")) {
      assertThat(ServiceKitFile.text()).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void theFilesDefaultsAreThoseOfTheRecords() {
    for (var type : new Class<?>[]{LogSettings.class, DatabaseSettings.class, KafkaSettings.class, RedisSettings.class,
        HttpSettings.class, RateLimitSettings.class, AuditSettings.class, StrangerSettings.class,
        TracingSettings.class, ReportSettings.class}) {
      assertThat((Object) SettingsOf.of(type).bind(ServiceKitFile.with(Map.of()))).isEqualTo(
          SettingsOf.of(type).bind(new StandardEnvironment()));
    }
  }

  @Test
  void everyVariableReachesItsSetting() {
    var environment = ServiceKitFile.with(Map.ofEntries(Map.entry("DATABASE_URL", "postgresql://u:p@db:1/x"),
        Map.entry("DB_POOL_SIZE", "3"), Map.entry("DB_MAX_OVERFLOW", "4"), Map.entry("DB_POOL_TIMEOUT", "5"),
        Map.entry("DB_STATEMENT_TIMEOUT", "6s"), Map.entry("REDIS_URL", "rediss://:p@cache:2/3"),
        Map.entry("KAFKA_BOOTSTRAP_SERVERS", "a:1,b:2"), Map.entry("KAFKA_TOPIC_PREFIX", "p."),
        Map.entry("KAFKA_PARTITIONS", "7"), Map.entry("KAFKA_REPLICATION", "3"),
        Map.entry("KAFKA_SECURITY_PROTOCOL", "SASL_SSL"), Map.entry("KAFKA_SASL_MECHANISM", "PLAIN"),
        Map.entry("ADMIN_TOKEN", "0123456789abcdef"), Map.entry("MAX_BODY_SIZE_MB", "8"),
        Map.entry("MAX_REQUEST_SIZE_MB", "9"), Map.entry("BODY_MEMORY_MB", "10"), Map.entry("LOG_FORMAT", "json"),
        Map.entry("LOG_LEVEL", "DEBUG"), Map.entry("RATE_LIMIT_PER_MINUTE", "30"), Map.entry("RATE_LIMIT_BURST", "3"),
        Map.entry("RATE_LIMITS", "read=5/second"), Map.entry("AUDIT_RETENTION", "30"), Map.entry("AUDIT_QUEUE", "7"),
        Map.entry("AUTH_FAILURES_PER_MINUTE", "9"), Map.entry("TRUSTED_PROXIES", "10.0.0.0/8"),
        Map.entry("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"), Map.entry("OTEL_EXPORTER_OTLP_HEADERS", "a=b,c=d="),
        Map.entry("DATABASE_READ_URL", "postgresql://r:p@replica:1/x"), Map.entry("OTEL_TRACES_SAMPLER_ARG", "0.1")));

    assertThat(SettingsOf.of(DatabaseSettings.class).bind(environment)).isEqualTo(
        new DatabaseSettings("postgresql://u:p@db:1/x", 3, 4, Duration.ofSeconds(5), Duration.ofSeconds(6)));
    assertThat(SettingsOf.of(RedisSettings.class).bind(environment).url()).isEqualTo("rediss://:p@cache:2/3");
    assertThat(SettingsOf.of(KafkaSettings.class).bind(environment)).isEqualTo(new KafkaSettings("a:1,b:2", "p.", 7,
        (short) 3, Map.of("security.protocol", "SASL_SSL", "sasl.mechanism", "PLAIN")));
    assertThat(SettingsOf.of(HttpSettings.class).bind(environment))
        .isEqualTo(new HttpSettings("0123456789abcdef", 8, 9, 10));
    assertThat(SettingsOf.of(RateLimitSettings.class).bind(environment))
        .isEqualTo(new RateLimitSettings(30, 3, "read=5/second"));
    assertThat(SettingsOf.of(AuditSettings.class).bind(environment))
        .isEqualTo(new AuditSettings(Duration.ofDays(30), 7));
    assertThat(SettingsOf.of(StrangerSettings.class).bind(environment))
        .isEqualTo(new StrangerSettings(9, "10.0.0.0/8"));
    assertThat(SettingsOf.of(ReportSettings.class).bind(environment).readUrl())
        .isEqualTo("postgresql://r:p@replica:1/x");
    var tracing = SettingsOf.of(TracingSettings.class).bind(environment);
    assertThat(tracing).isEqualTo(new TracingSettings("http://c:4318", "a=b,c=d=", 0.1));
    assertThat(tracing.headersByName()).isEqualTo(Map.of("a", "b", "c", "d="));
    assertThat(SettingsOf.of(LogSettings.class).bind(environment)).isEqualTo(new LogSettings("json", "DEBUG"));
  }

  @Test
  void tracesWithoutAnAddressAreOffAndWhatIsNoneIsNamed() {
    assertThat(new TracingSettings(" ", "", 1).endpoint()).isNull();
    assertThatThrownBy(() -> new TracingSettings("collector:4318", "", 1))
        .hasMessageContaining("OTEL_EXPORTER_OTLP_ENDPOINT");
    assertThatThrownBy(() -> new TracingSettings(null, "key", 1)).hasMessageContaining("OTEL_EXPORTER_OTLP_HEADERS");
    assertThatThrownBy(() -> new TracingSettings(null, "", 2)).hasMessageContaining("OTEL_TRACES_SAMPLER_ARG");
  }

  @Test
  void noSettingShowsASecretWhenItIsPrinted() {
    assertThat(new DatabaseSettings("postgresql://u:hunter2@db:1/x", 3, 4, Duration.ofSeconds(5),
        Duration.ofSeconds(6)).toString()).doesNotContain("hunter2");
    assertThat(new RedisSettings("redis://:hunter2@cache:1").toString()).doesNotContain("hunter2");
    assertThat(new HttpSettings("hunter2hunter2hunter2", 1, 1, 0).toString()).doesNotContain("hunter2");
    assertThat(new ReportSettings("postgresql://u:hunter2@db:1/x").toString()).doesNotContain("hunter2");
    assertThatThrownBy(() -> new ReportSettings("mysql://db")).hasMessageStartingWith("DATABASE_READ_URL ");
    assertThat(new TracingSettings("http://c", "key=hunter2", 1).toString()).doesNotContain("hunter2");
    assertThat(new KafkaSettings("a:1", "", 1, (short) 1, Map.of("sasl.jaas.config", "hunter2")).toString())
        .doesNotContain("hunter2");
  }
}
