package io.selfrag.service.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.CoreConstants;
import io.selfrag.catalog.StoreFailures;
import io.selfrag.schemas.SelfRagException;
import java.util.Collections;
import java.util.IdentityHashMap;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The stack of a failure. Of an outage only its causes, in one line: it says where we were when something else was away, and each
 * request says it again until that is back. The stack is there for loggers at DEBUG, and always for errors.
 */
public final class Stacks extends ThrowableProxyConverter {
  private static final int MOST = 2000;

  @Override
  public String convert(ILoggingEvent event) {
    return isBrief(event) ? causes(event) + CoreConstants.LINE_SEPARATOR : super.convert(event);
  }

  /** Whether only the causes are to be told. */
  static boolean isBrief(ILoggingEvent event) {
    return event.getLevel() == Level.WARN && event.getThrowableProxy() instanceof ThrowableProxy it
        && isOutage(it.getThrowable()) && !LoggerFactory.getLogger(event.getLoggerName()).isDebugEnabled();
  }

  /** A failure and what caused it, in one line. */
  static String causes(ILoggingEvent event) {
    var text = new StringBuilder();
    var seen = Collections.newSetFromMap(new IdentityHashMap<Throwable, Boolean>());
    for (var cause = thrown(event); cause != null && seen.add(cause); cause = cause.getCause()) {
      text.append(text.isEmpty() ? "" : ", caused by ").append(cause.getClass().getSimpleName()).append(": ")
          .append(cause.getMessage());
    }
    return text.substring(0, Math.min(MOST, text.length())).replaceAll("\\s+", " ");
  }

  private static @Nullable Throwable thrown(ILoggingEvent event) {
    return event.getThrowableProxy() instanceof ThrowableProxy it ? it.getThrowable() : null;
  }

  private static boolean isOutage(Throwable failure) {
    return StoreFailures.translate(failure) instanceof SelfRagException it
        ? it.isTransient()
        : failure instanceof RetriableException || failure.getCause() instanceof RetriableException;
  }
}
