package io.selfrag.service.start;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Keeps Boot from reporting a wrong setting at length: who starts the service says it in one line. Found by Boot in
 * spring.factories.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ConfigurationProblemReporter implements SpringBootExceptionReporter {
  // Boot's contract; the context may be absent.
  ConfigurationProblemReporter(@Nullable ConfigurableApplicationContext context) {}

  @Override
  public boolean reportException(Throwable failure) {
    return ServiceStart.configurationProblem(failure) != null;
  }
}
