package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.generation.reflect.Budget;
import io.selfrag.generation.reflect.Budget.Grader;
import io.selfrag.service.config.ConfigurationException;
import io.selfrag.service.start.SettingsOf;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class ReflectionSettingsPropertiesTest {
  @Test
  void defaultsAreTheUsualBudget() {
    assertThat(bind(Map.of()).budget(4_096)).isEqualTo(Budget.of(4_096));
  }

  @Test
  void everyKey() {
    var budget = bind(Map.of("selfrag.reflection.grader", "llm", "selfrag.reflection.rounds", "3",
        "selfrag.reflection.time", "5s", "selfrag.reflection.tokens", "77")).budget(1);

    assertThat(budget.grader()).isEqualTo(Grader.LLM);
    assertThat(budget.rounds()).isEqualTo(3);
    assertThat(budget.time()).isEqualTo(Duration.ofSeconds(5));
    assertThat(budget.asideTokens()).isEqualTo(77);
  }

  @Test
  void aWrongValueNamesItsVariable() {
    refused("grader", "oracle", "REFLECT_GRADER ");
    refused("rounds", "0", "REFLECT_ROUNDS ");
    refused("time", "0s", "REFLECT_TIME ");
    refused("tokens", "-1", "REFLECT_TOKENS ");
  }

  private static void refused(String key, String value, String variable) {
    assertThatThrownBy(() -> bind(Map.of("selfrag.reflection." + key, value)))
        .hasRootCauseInstanceOf(ConfigurationException.class).rootCause().hasMessageStartingWith(variable);
  }

  private static ReflectionSettings bind(Map<String, Object> properties) {
    var environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
    return SettingsOf.of(ReflectionSettings.class).bind(environment);
  }
}
