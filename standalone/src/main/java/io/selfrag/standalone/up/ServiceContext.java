package io.selfrag.standalone.up;

import java.util.List;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** Starts one service in a Spring context of its own, beside others in the same JVM. */
final class ServiceContext {
  private ServiceContext() {
  }

  /**
   * @param name of the service; its file {@code <name>.yml} is read
   * @param properties what this machine decides: they win over the environment
   * @param shared beans that all services of the JVM have one of, by name
   */
  static ConfigurableApplicationContext start(String name, WebApplicationType web, Map<String, Object> properties,
      Map<String, Object> shared, Class<?>... configurations) {
    ApplicationContextInitializer<ConfigurableApplicationContext> initializer = context -> {
      context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("standalone", properties));
      shared.forEach((bean, instance) -> context.getBeanFactory().registerSingleton(bean, instance));
    };
    return new SpringApplicationBuilder(configurations).web(web).bannerMode(Banner.Mode.OFF).logStartupInfo(false)
        .registerShutdownHook(false).initializers(initializer)
        .properties(Map.of("spring.config.name", name, "spring.application.name", name, "spring.jmx.enabled", "false"))
        .run(List.<String>of().toArray(String[]::new));
  }
}
