package io.selfrag.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.service.config.LogSettings;
import io.selfrag.service.start.ServiceDefinition;
import io.selfrag.service.start.ServiceStart;
import io.selfrag.service.start.SettingsOf;
import io.selfrag.standalone.up.StandaloneSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.env.ConfigurableEnvironment;

/** Whoever comes with an environment of Self-RAG Pipelines finds every variable of it understood. */
class SeedVariablesTest {
  private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();

  private static final Map<String, ConfigurableEnvironment> USUAL = new ConcurrentHashMap<>();

  /** Each with a value that is not the default. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"DATABASE_URL|postgresql+asyncpg://user:pass@localhost:5432/kb",
      "QDRANT_URL|http://elsewhere:6333", "REDIS_URL|redis://elsewhere:6379", "LLM_PROVIDER|ollama",
      "LLM_MODEL|qwen2.5:14b", "LLM_BASE_URL|http://elsewhere:11434", "EMBEDDING_PROVIDER|ollama",
      "EMBEDDING_MODEL|bge-small-en-v1.5", "EMBEDDING_DIM|384", "SECRET_KEY|your-secret-key-here",
      "ADMIN_TOKEN|your-admin-token-here", "MAX_WORKERS|4", "DB_POOL_SIZE|20", "DB_MAX_OVERFLOW|30",
      "DATABASE_POOL_SIZE|20", "DATABASE_MAX_OVERFLOW|30", "DATABASE_POOL_TIMEOUT|31", "RATE_LIMIT_PER_MINUTE|60",
      "RATE_LIMIT_BURST|20", "RATE_LIMITS|{\"default\": \"60/minute\", \"read\": \"30/minute\"}", "LOG_LEVEL|DEBUG",
      "LOG_FORMAT|json", "MAX_DOCUMENT_SIZE_MB|51", "MAX_REQUEST_SIZE_MB|101"})
  void aVariableChangesASettingOfSomeServiceAndIsExplainedInTheExample(String variable, String value)
      throws Exception {
    var binding = StandaloneSettings.services().stream().filter(it -> changes(it, variable, value))
        .map(ServiceDefinition::name).toList();

    assertThat(binding).as("services that " + variable + " changes something in").isNotEmpty();
    assertThat(Files.readString(REPOSITORY.resolve(".env.example")))
        .containsPattern(Pattern.compile("^(# )?" + variable + "=", Pattern.MULTILINE));
  }

  private static boolean changes(ServiceDefinition service, String variable, String value) {
    // Models in process have the dimension that they have.
    Map<String, Object> beside = variable.equals("EMBEDDING_DIM") ? Map.of("EMBEDDING_PROVIDER", "hashing") : Map.of();
    var usual = USUAL.computeIfAbsent(service.name() + beside, _ -> ServiceStart.read(List.of(service), beside));
    var given = new HashMap<>(beside);
    given.put(variable, value);
    var changed = ServiceStart.environment(List.of(service), given);
    for (SettingsOf<?> it : Stream.concat(Stream.of(SettingsOf.of(LogSettings.class)), service.settings().stream())
        .toList()) {
      if (!it.bind(changed).equals(it.bind(usual))) {
        return true;
      }
    }
    return false;
  }

  @Test
  void whatConcernsTheDatabasesOwnContainerIsReadByCompose() throws Exception {
    assertThat(Files.readString(REPOSITORY.resolve("docker-compose.yml"))).contains("${POSTGRES_DB", "${POSTGRES_USER",
        "${POSTGRES_PASSWORD", "QDRANT__SERVICE__HTTP_PORT");
  }
}
