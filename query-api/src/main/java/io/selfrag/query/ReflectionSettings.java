package io.selfrag.query;

import io.selfrag.generation.reflect.Budget;
import io.selfrag.generation.reflect.Budget.Grader;
import io.selfrag.service.config.ConfigurationException;
import java.time.Duration;
import java.util.Locale;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the checking of answers may cost.
 *
 * @param grader {@code local}, or {@code llm} for grades by the language model
 * @param rounds most times that passages are looked for, 1 to 10
 * @param time longest search for passages, all rounds together
 * @param tokens most tokens of calls of the model beside the answer itself
 */
@ConfigurationProperties("selfrag.reflection")
public record ReflectionSettings(@DefaultValue("local") String grader, @DefaultValue("2") int rounds,
    @DefaultValue("30s") Duration time, @DefaultValue("8000") int tokens) {
  private static final int MOST_ROUNDS = 10;

  public ReflectionSettings {
    if (!grader.equals("local") && !grader.equals("llm")) {
      throw new ConfigurationException("REFLECT_GRADER", "must be local or llm");
    }
    if (rounds < 1 || rounds > MOST_ROUNDS) {
      throw new ConfigurationException("REFLECT_ROUNDS", "must be between 1 and 10");
    }
    if (time.toMillis() < 1) {
      throw new ConfigurationException("REFLECT_TIME", "must be a positive duration such as 30s");
    }
    if (tokens < 0) {
      throw new ConfigurationException("REFLECT_TOKENS", "must not be negative");
    }
  }

  Budget budget(int promptTokens) {
    var usual = Budget.of(promptTokens);
    return new Budget(rounds, usual.regenerations(), usual.aside(), time, tokens, promptTokens,
        Grader.valueOf(grader.toUpperCase(Locale.ROOT)));
  }
}
