package io.selfrag.service.start;

import io.selfrag.service.config.ConfigurationException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;

/** Binds settings before anything is built of them, so that each wrong one is one line that names it as people set it. */
public final class SettingsCheck {
  private static final Pattern NAMED = Pattern.compile("^[A-Z][A-Z0-9_]{3,} ");
  private static final Pattern SECRET = Pattern.compile("TOKEN|PASSWORD|SECRET|KEY|URL");
  private static final String PORT = "server.port";
  private static final int LAST_PORT = 65_535;
  /** More wrong values of one record than anybody has. */
  private static final int MOST_FAULTS = 100;

  private SettingsCheck() {}

  /**
   * Binds each of the settings' records.
   *
   * @throws ConfigurationException with a line for each wrong value
   */
  public static void check(ConfigurableEnvironment environment, List<SettingsOf<?>> settings) {
    var faults = new ArrayList<Fault>();
    settings.forEach(it -> faults.addAll(faults(environment, it)));
    portFault(environment).ifPresent(faults::add);
    if (!faults.isEmpty()) {
      // A variable that several services read, each with bounds of its own, is one line.
      var first = new LinkedHashMap<String, ConfigurationException>();
      faults.forEach(it -> first.putIfAbsent(it.setting(), it.problem()));
      var problems = List.copyOf(first.values());
      throw problems.size() == 1 ? problems.getFirst() : ConfigurationException.of(problems);
    }
  }

  /** @param setting the variable or property whose value is wrong or missing */
  private record Fault(String setting, ConfigurationException problem) {}

  /**
   * A record says the first thing that is wrong with it. What else is wrong is found by asking again as if that value had not been
   * given, until nothing new is said.
   */
  private static List<Fault> faults(ConfigurableEnvironment environment, SettingsOf<?> settings) {
    var faults = new ArrayList<Fault>();
    var hidden = new HashSet<String>();
    while (faults.size() < MOST_FAULTS) {
      try {
        settings.bind(hidden.isEmpty() ? environment : SettingLayers.without(environment, hidden));
        return faults;
      } catch (BindException e) {
        var fault = translate(environment, e);
        if (!hidden.add(fault.setting())) {
          return faults; // it is wrong without a value as well, and hides what is wrong with others
        }
        faults.add(fault);
      }
    }
    return faults;
  }

  /** The web server's port is bound by Boot, long after the start has begun. */
  private static Optional<Fault> portFault(ConfigurableEnvironment environment) {
    return Optional.ofNullable(environment.getProperty(PORT))
        .filter(it -> !it.matches("[0-9]{1,5}") || Integer.parseInt(it) > LAST_PORT).map(it -> {
          var variable = variable(environment, PORT);
          var shown = variable == null ? PORT : variable;
          return new Fault(shown,
              new ConfigurationException(shown, "must be a port between 0 and " + LAST_PORT + ": \"" + it + "\""));
        });
  }

  private static Fault translate(ConfigurableEnvironment environment, BindException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      // Thrown by a record, of a module that does not know our exception perhaps; its sentence begins with the variable's name.
      if ((cause instanceof ConfigurationException || cause instanceof IllegalArgumentException)
          && NAMED.matcher(String.valueOf(cause.getMessage())).find()) {
        var words = String.valueOf(cause.getMessage()).split(" ", 2);
        var variable = asGiven(environment, words[0]);
        return new Fault(variable, new ConfigurationException(variable, words[1]));
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
    return new Fault(shown, new ConfigurationException(shown, "is not a valid " + wanted + value));
  }

  /** The environment variable that a file of ours reads the property from: the one that is set, or the usual one. */
  private static @Nullable String variable(ConfigurableEnvironment environment, String property) {
    for (var source : environment.getPropertySources()) {
      if (source instanceof EnumerablePropertySource<?> files && files.getProperty(property) != null) {
        var variables = SettingOrigin.variables(String.valueOf(files.getProperty(property)));
        if (!variables.isEmpty()) {
          return given(environment, variables);
        }
      }
    }
    return null;
  }

  /** A record knows the usual name of its variable; where the value came by another name of it, that is what must be changed. */
  private static String asGiven(ConfigurableEnvironment environment, String usual) {
    for (var source : environment.getPropertySources()) {
      if (source instanceof EnumerablePropertySource<?> files) {
        for (String property : files.getPropertyNames()) {
          var raw = files.getProperty(property);
          var variables = raw instanceof CharSequence
              ? SettingOrigin.variables(raw.toString())
              : List.<String>of();
          if (variables.size() > 1 && variables.getFirst().equals(usual)) {
            return given(environment, variables);
          }
        }
      }
    }
    return usual;
  }

  private static String given(ConfigurableEnvironment environment, List<String> variables) {
    return variables.stream().filter(it -> environment.getProperty(it) != null).findFirst()
        .orElse(variables.getFirst());
  }
}
