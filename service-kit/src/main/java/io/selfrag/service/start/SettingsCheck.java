package io.selfrag.service.start;

import io.selfrag.service.config.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;

/** Binds settings before anything is built of them, so that a wrong one is one line that names it as people set it. */
public final class SettingsCheck {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)[:}]");
  private static final Pattern NAMED = Pattern.compile("^[A-Z][A-Z0-9_]{3,} ");
  private static final Pattern SECRET = Pattern.compile("TOKEN|PASSWORD|SECRET|KEY|URL");

  private SettingsCheck() {}

  /**
   * Binds each of the settings' records.
   *
   * @throws ConfigurationException with a line for each record that is wrong
   */
  public static void check(ConfigurableEnvironment environment, List<SettingsOf<?>> settings) {
    var problems = new ArrayList<ConfigurationException>();
    for (SettingsOf<?> it : settings) {
      try {
        it.bind(environment);
      } catch (BindException e) {
        problems.add(translate(environment, e));
      }
    }
    if (!problems.isEmpty()) {
      throw problems.size() == 1 ? problems.getFirst() : ConfigurationException.of(problems);
    }
  }

  private static ConfigurationException translate(ConfigurableEnvironment environment, BindException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigurationException it) {
        return it;
      }
      // Thrown by a record that does not know our exception; its sentence begins with the variable's name.
      if (cause instanceof IllegalArgumentException && NAMED.matcher(String.valueOf(cause.getMessage())).find()) {
        var words = String.valueOf(cause.getMessage()).split(" ", 2);
        return new ConfigurationException(words[0], words[1]);
      }
    }
    String name = failure.getName().toString();
    String variable = variable(environment, name);
    String shown = variable == null ? name : variable;
    var property = failure.getProperty();
    boolean secret = SECRET.matcher(shown.toUpperCase(Locale.ROOT)).find();
    String value = property == null || secret
        ? ""
        : ": \"" + environment.resolvePlaceholders(String.valueOf(property.getValue())) + "\"";
    var wanted = failure.getTarget().getType().resolve(Object.class).getSimpleName().toLowerCase(Locale.ROOT);
    return new ConfigurationException(shown, "is not a valid " + wanted + value);
  }

  /** The environment variable that a file of ours reads the property from. */
  private static @Nullable String variable(ConfigurableEnvironment environment, String property) {
    for (var source : environment.getPropertySources()) {
      if (source instanceof EnumerablePropertySource<?> files && files.getProperty(property) != null) {
        var found = VARIABLE.matcher(String.valueOf(files.getProperty(property)));
        if (found.find()) {
          return found.group(1);
        }
      }
    }
    return null;
  }
}
