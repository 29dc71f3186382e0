package io.selfrag.service.start;

import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;

/**
 * Where a property's value comes from.
 *
 * @param variables the environment variables that our file reads it from, the first that is set counts; none where the property
 *     itself was given
 * @param variable the one that is set and not blank; null: the file's default holds
 */
public record SettingOrigin(List<String> variables, @Nullable String variable) {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)[:}]");

  public SettingOrigin {
    variables = List.copyOf(variables);
  }

  /** Of a property that some source has. */
  public static Optional<SettingOrigin> of(ConfigurableEnvironment environment, String property) {
    for (var source : environment.getPropertySources()) {
      var raw = source instanceof EnumerablePropertySource<?> files ? files.getProperty(property) : null;
      if (raw != null) {
        var variables = variables(String.valueOf(raw));
        var used = variables.stream().filter(it -> environment.getProperty(it) != null).findFirst()
            .filter(it -> !environment.getProperty(it, "").isBlank());
        return Optional.of(new SettingOrigin(variables, used.orElse(null)));
      }
    }
    return Optional.empty();
  }

  /** The variables that a value of our files reads, outermost first. */
  public static List<String> variables(String raw) {
    return VARIABLE.matcher(raw).results().map((MatchResult it) -> it.group(1)).toList();
  }

  /** Whether the property or one of its variables was given. */
  public boolean isGiven() {
    return variables.isEmpty() || variable != null;
  }
}
