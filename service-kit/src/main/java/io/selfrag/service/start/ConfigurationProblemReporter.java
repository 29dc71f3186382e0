package io.selfrag.service.start;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Says what is wrong with the configuration in one line, instead of Boot's report. Found by Boot in spring.factories. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ConfigurationProblemReporter implements SpringBootExceptionReporter {
  // Boot's contract; the context may be absent.
  ConfigurationProblemReporter(@Nullable ConfigurableApplicationContext context) {}

  @Override
  @SuppressWarnings("SystemOut") // The log may be what is configured wrongly.
  public boolean reportException(Throwable failure) {
    String problem = ServiceStart.configurationProblem(failure);
    if (problem == null) {
      return false;
    }
    System.err.println("configuration error: " + problem);
    return true;
  }
}
