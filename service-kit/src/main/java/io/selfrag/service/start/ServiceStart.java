package io.selfrag.service.start;

import io.selfrag.service.config.ConfigurationException;
import io.selfrag.service.config.LogSettings;
import io.selfrag.service.config.ReportSettings;
import io.selfrag.service.config.TracingSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Starts services. Each has its context; settings come from {@code service-kit.yml} and the services' own files, which read the
 * environment.
 */
public final class ServiceStart {
  /** Exit code of a start that a wrong setting stopped. */
  public static final int BAD_CONFIGURATION = 2;
  private static final int FAILED = 1;
  private static final Logger log = LoggerFactory.getLogger(ServiceStart.class);

  private ServiceStart() {}

  /** For {@code main}: starts one service, or ends the process with a line for each wrong setting. */
  public static void main(ServiceDefinition service, String[] args) {
    orExit(() -> {
      checkFirst(service, args);
      context(List.of(service), WebApplicationType.REACTIVE, true, Map.of(), List.of(), args);
    });
  }

  /** For the {@code main} of work that is done once the context stands: builds it without a web server and closes it. */
  public static void once(ServiceDefinition work, String[] args) {
    orExit(() -> {
      checkFirst(work, args);
      try (var _ = context(List.of(work), WebApplicationType.NONE, true, Map.of(), List.of(), args)) {
        log.atInfo().addKeyValue("work", work.name()).log("done");
      }
    });
  }

  /** Before Boot sets up logging, which a wrong setting of ours can stop with a page of its own. */
  private static void checkFirst(ServiceDefinition service, String... args) {
    var given = new HashMap<String, Object>();
    var arguments = new SimpleCommandLinePropertySource(args);
    for (String name : arguments.getPropertyNames()) {
      given.put(name, String.valueOf(arguments.getProperty(name)));
    }
    environment(List.of(service), given);
  }

  @SuppressWarnings("SystemOut") // The log may be what is configured wrongly.
  private static void orExit(Runnable start) {
    try {
      start.run();
    } catch (RuntimeException e) {
      var problem = configurationProblem(e);
      if (problem != null) {
        problem.lines().forEach(line -> System.err.println("configuration error: " + line));
      }
      System.exit(exitCode(e));
    }
  }

  /**
   * Starts services together in one context.
   *
   * @param web NONE: the context has no web server
   * @param shutdownHook false where someone else closes the context
   * @param properties win over files and environment
   * @param initializers may register beans that contexts share
   * @throws ConfigurationException if a setting is wrong
   */
  public static ConfigurableApplicationContext context(List<ServiceDefinition> services, WebApplicationType web,
      boolean shutdownHook, Map<String, Object> properties,
      List<ApplicationContextInitializer<ConfigurableApplicationContext>> initializers, String... args) {
    var names = services.stream().map(ServiceDefinition::name).toList();
    var settings = settings(services);
    var all = new ArrayList<ApplicationContextInitializer<?>>();
    all.add(context -> SettingsCheck.check(context.getEnvironment(), settings));
    all.addAll(initializers);
    var arguments = new ArrayList<String>();
    properties.forEach((name, value) -> arguments.add("--" + name + "=" + value));
    arguments.addAll(Arrays.asList(args));
    return new SpringApplicationBuilder(
        services.stream().map(ServiceDefinition::configuration).toArray(Class<?>[]::new))
        .web(web).bannerMode(Banner.Mode.OFF).logStartupInfo(false).registerShutdownHook(shutdownHook)
        .initializers(all.toArray(ApplicationContextInitializer<?>[]::new))
        .properties(Map.of("spring.config.name", "service-kit," + String.join(",", names), "spring.application.name",
            String.join("+", names), "spring.main.allow-bean-definition-overriding", "false"))
        .run(arguments.toArray(String[]::new));
  }

  /**
   * What the services' files and the environment say, before anything is started.
   *
   * @param properties win over files and environment
   * @throws ConfigurationException if a setting is wrong
   */
  public static ConfigurableEnvironment environment(List<ServiceDefinition> services, Map<String, Object> properties) {
    var environment = read(services, properties);
    check(environment, services);
    return environment;
  }

  /**
   * Looks at all settings of services.
   *
   * @throws ConfigurationException with a line for each that is wrong
   */
  public static void check(ConfigurableEnvironment environment, List<ServiceDefinition> services) {
    SettingsCheck.check(environment, settings(services));
  }

  /** What the services' files and the environment say, right or wrong. */
  public static ConfigurableEnvironment read(List<ServiceDefinition> services, Map<String, Object> properties) {
    var environment = new StandardEnvironment();
    var names = services.stream().map(ServiceDefinition::name).toList();
    var all = new HashMap<>(properties);
    all.put("spring.config.name", "service-kit," + String.join(",", names));
    environment.getPropertySources().addFirst(new MapPropertySource("given", all));
    ConfigDataEnvironmentPostProcessor.applyTo(environment);
    return environment;
  }

  private static List<SettingsOf<?>> settings(List<ServiceDefinition> services) {
    var settings = new ArrayList<SettingsOf<?>>(
        List.of(SettingsOf.of(LogSettings.class), SettingsOf.of(TracingSettings.class),
            SettingsOf.of(ReportSettings.class)));
    services.forEach(it -> settings.addAll(it.settings()));
    return settings;
  }

  /** 2 for a wrong setting, 1 for anything else. */
  public static int exitCode(Throwable failure) {
    return configurationProblem(failure) == null ? FAILED : BAD_CONFIGURATION;
  }

  /** What is wrong with the settings, a line for each, if that is what stopped the start. */
  public static @Nullable String configurationProblem(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigurationException it) {
        return it.getMessage();
      }
    }
    return null;
  }
}
