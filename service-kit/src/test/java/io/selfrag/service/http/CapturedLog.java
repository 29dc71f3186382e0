package io.selfrag.service.http;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.selfrag.service.trace.TraceContext;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What was logged while it is open. */
final class CapturedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

  CapturedLog() {
    start();
    root.addAppender(this);
    ((Logger) LoggerFactory.getLogger("io.selfrag")).setLevel(Level.DEBUG);
  }

  @Override
  protected void append(ILoggingEvent event) {
    events.add(event);
  }

  /** The lines that name the request. */
  List<ILoggingEvent> linesOf(String requestId) {
    return events.stream().filter(it -> it.getKeyValuePairs() != null && it.getKeyValuePairs().stream()
        .anyMatch(pair -> pair.key.equals(TraceContext.REQUEST_ID) && requestId.equals(pair.value))).toList();
  }

  @Override
  public void close() {
    ((Logger) LoggerFactory.getLogger("io.selfrag")).setLevel(Level.INFO);
    root.detachAppender(this);
    stop();
  }
}
